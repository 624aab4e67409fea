import createClient from 'openapi-fetch';
import { t } from '../language/language';
import { currentKey, signOut } from '../session/session';
import { ApiProblem, readProblem } from './problem';
import type { paths } from './schema';
import { rememberVersion, versionOf } from './versions';

/** The API, as its OpenAPI document describes it. Every call throws an ApiProblem where it is refused. */
export const api = createClient<paths>({ fetch: (request) => call(request) });

/** The answer of a call that was not refused. */
export async function answer<T>(result: Promise<{ data?: T; response: Response }>): Promise<T> {
  const { data } = await result;

  return data as T;
}

/** A call with the session's key. A key that is refused ends the session. */
export async function call(to: string | Request, init: RequestInit = {}): Promise<Response> {
  const request = new Request(to, init);
  const key = currentKey();
  if (key !== null) {
    request.headers.set('Authorization', `Bearer ${key}`);
  }

  const isChange = request.method === 'PUT';
  const version = isChange ? versionOf(request.url) : undefined;
  if (version !== undefined) {
    request.headers.set('If-Match', version);
  }

  let response: Response;
  try {
    response = await fetch(request);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') {
      throw error;
    }
    throw new ApiProblem(0, t('The server cannot be reached.'));
  }

  if (response.status === 401 && key !== null && key === currentKey()) {
    signOut('refused');
  }
  if (!response.ok) {
    throw await readProblem(response);
  }

  // Where nothing was read, a change tells of something else than the next one will be about.
  if (!isChange || version !== undefined) {
    rememberVersion(request.url, response.headers.get('ETag'));
  }

  return response;
}

/** A query string of what has a value. */
export function searchOf(query: Record<string, string | number | boolean | undefined | null>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') {
      params.set(name, String(value));
    }
  }
  const text = params.toString();

  return text === '' ? '' : `?${text}`;
}
