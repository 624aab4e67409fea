export type Piece = { text: string } | { link: string; text: string };

const address = /https?:\/\/[^\s<>"'`]+/gi;
// What ends a sentence is not part of its last address.
const tail = /[.,;:!?)\]}>]+$/;

/**
 * Cuts a receiver's reply into text and links. Replies are written by strangers: only http and https become links, only
 * what parses as an address, and never one with a user name, which is how a link lies about where it goes.
 */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let done = 0;

  for (const match of text.matchAll(address)) {
    const found = match[0].replace(tail, '');
    const link = safeLink(found);
    if (link === null) {
      continue;
    }
    if (match.index > done) {
      pieces.push({ text: text.slice(done, match.index) });
    }
    pieces.push({ link, text: found });
    done = match.index + found.length;
  }

  if (done < text.length) {
    pieces.push({ text: text.slice(done) });
  }

  return pieces;
}

export function safeLink(text: string): string | null {
  const url = URL.parse(text);

  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:') && url.username === '' && url.password === ''
    ? url.href
    : null;
}
