import { currentKey, signOut } from '../session/session';
import { ApiProblem, readProblem } from './problem';

export type Query = Record<string, string | number | boolean | undefined | null>;

export const get = <T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> =>
  send<T>('GET', path, { query, ...(signal ? { signal } : {}) });

export async function send<T>(
  method: string,
  path: string,
  { query = {}, body, signal }: { query?: Query; body?: unknown; signal?: AbortSignal } = {},
): Promise<T> {
  const response = await call(path + searchOf(query), {
    method,
    ...(signal ? { signal } : {}),
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
  });

  return response.status === 204 ? (undefined as T) : ((await response.json()) as T);
}

/** A call with the session's key. A key that is refused ends the session. */
export async function call(address: string, request: RequestInit = {}): Promise<Response> {
  const headers = new Headers(request.headers);
  const key = currentKey();
  if (key !== null) {
    headers.set('Authorization', `Bearer ${key}`);
  }

  let response: Response;
  try {
    response = await fetch(address, { ...request, headers });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') {
      throw error;
    }
    throw new ApiProblem(0, 'The server cannot be reached.');
  }

  if (response.status === 401 && key !== null && key === currentKey()) {
    signOut('refused');
  }
  if (!response.ok) {
    throw await readProblem(response);
  }

  return response;
}

export function searchOf(query: Query): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') {
      params.set(name, String(value));
    }
  }
  const text = params.toString();

  return text === '' ? '' : `?${text}`;
}
