import { t } from '../language/language';

/** What went wrong with a call, in words that can be shown. */
export class ApiProblem extends Error {
  readonly status: number;

  constructor(status: number, title: string) {
    super(title);
    this.name = 'ApiProblem';
    this.status = status;
  }
}

/** Reads an RFC 9457 problem; every wrong field is named. */
export async function readProblem(response: Response): Promise<ApiProblem> {
  const body: unknown = await response.json().catch(() => null);

  return new ApiProblem(response.status, problemText(response.status, body));
}

export function problemText(status: number, body: unknown): string {
  if (isRecord(body)) {
    if (status === 412) {
      return t('Somebody else has changed this in the meantime. What stands now is shown; change it again if it is to be otherwise.');
    }

    const fields = isRecord(body['errors'])
      ? Object.entries(body['errors']).map(([field, texts]) => `${field}: ${[texts].flat().join(' ')}`)
      : [];
    if (fields.length > 0) {
      return fields.join(' · ');
    }

    const text = body['detail'] ?? body['title'];
    if (status !== 401 && typeof text === 'string' && text !== '') {
      return text;
    }
  }

  switch (status) {
    case 401:
      return t('The key is unknown, expired or revoked.');
    case 403:
      return t('This key is not allowed to do that.');
    case 404:
      return t('There is nothing here.');
    case 429:
      return t('Too many requests. Wait a moment.');
    default:
      return status >= 500
        ? t('The server failed to answer ({status}).', { status })
        : t('The request was refused ({status}).', { status });
  }
}

/** What a reader can do about it. */
export function remedy(error: Error): string {
  const status = error instanceof ApiProblem ? error.status : -1;
  switch (status) {
    case 0:
      return t('Check your network, and that the server is running. The page asks again by itself.');
    case 401:
      return t('Sign in again.');
    case 403:
      return t('Ask an administrator of this tenant for a key that may.');
    case 404:
      return t('Check the address for a typo, or choose a longer period.');
    case 429:
      return t('Other pages or programs with this key ask too often. The page asks again by itself.');
    default:
      return status >= 500
        ? t('Try again in a moment; when it stays so, look at the server’s log.')
        : t('Try again, or change what was asked for.');
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
