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
    const fields = isRecord(body['errors'])
      ? Object.entries(body['errors']).map(([field, texts]) => `${field}: ${[texts].flat().join(' ')}`)
      : [];
    if (fields.length > 0) {
      return fields.join(' · ');
    }

    const text = body['detail'] ?? body['title'];
    if (typeof text === 'string' && text !== '') {
      return text;
    }
  }

  switch (status) {
    case 401:
      return 'The key is unknown, expired or revoked.';
    case 403:
      return 'This key is not allowed to do that.';
    case 404:
      return 'There is nothing here.';
    case 429:
      return 'Too many requests. Wait a moment.';
    default:
      return status >= 500 ? `The server failed to answer (${status}).` : `The request was refused (${status}).`;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
