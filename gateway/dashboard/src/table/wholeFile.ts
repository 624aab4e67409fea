import { t } from '../language/language';

/** How much of a file is here: its bytes, and what part of the whole where that can be told. */
export type FileProgress = { bytes: number; part: number | null };

/** The span that a list is asked for, in milliseconds since 1970: its rows come latest first. */
export type Span = readonly [from: number, to: number];

// Held as small pieces only until they are a blob, which the browser keeps on disk where it is large.
const held = 4 << 20;

const rowTime = /\r\n(\d{4}-\d\d-\d\dT[\d:.]+Z),/g;

/** Reads a file as it is written, and tells how far it has come: of a CSV with a span, by the time of the last row. */
export async function wholeFile(response: Response, span: Span | null, tell: (progress: FileProgress) => void): Promise<Blob> {
  const type = response.headers.get('Content-Type') ?? '';
  const blobs: Blob[] = [];
  let pieces: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  let bytes = 0;
  let part: number | null = null;
  const text = new TextDecoder();

  const reader = response.body?.getReader();
  for (let piece = await next(reader); piece !== undefined; piece = await next(reader)) {
    pieces.push(piece);
    size += piece.length;
    bytes += piece.length;
    if (size >= held) {
      blobs.push(new Blob(pieces));
      [pieces, size] = [[], 0];
    }
    if (span !== null && type.startsWith('text/csv')) {
      part = partOf(text.decode(piece, { stream: true }), span, part);
    }
    tell({ bytes, part });
  }

  return new Blob([...blobs, ...pieces], { type });
}

async function next(reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>> | undefined): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return (await reader?.read())?.value;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') {
      throw error;
    }
    throw new Error(t('The file broke off: the server is gone, or an error befell it. Load it again.'));
  }
}

/** The part of the span that is behind the last row of a piece; what it was before where no row begins in it. */
export function partOf(csv: string, [from, to]: Span, before: number | null): number | null {
  const last = [...csv.matchAll(rowTime)].at(-1)?.[1];
  if (last === undefined || to <= from) {
    return before;
  }
  const part = (to - Date.parse(last)) / (to - from);

  return Math.max(before ?? 0, Math.min(1, part));
}
