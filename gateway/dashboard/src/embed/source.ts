/** Why there are no numbers: what the element shows in their place. */
export class Refused extends Error {
  constructor(readonly kind: 'token' | 'domain' | 'unreachable') {
    super(kind);
  }
}

/** Where this file came from is where the numbers come from, unless the page says otherwise. */
const home = new URL(import.meta.url).origin;

const timeout = 15_000;

/** Asks the server in the name of one element. */
export class Source {
  #token: string | null = null;

  constructor(private readonly element: HTMLElement) {}

  async get<T>(path: string, query: Readonly<Record<string, string | null>>): Promise<T> {
    const address = new URL(path, this.element.getAttribute('server') ?? home);
    for (const [name, value] of Object.entries(query)) {
      if (value !== null && value !== '') {
        address.searchParams.set(name, value);
      }
    }

    let answer = await this.#ask(address, await this.#current());
    if (answer.status === 401) {
      // It may have ended since: one other is asked for.
      answer = await this.#ask(address, await this.#another());
    }
    if (answer.status === 401) {
      throw new Refused('token');
    }
    if (answer.status === 403 || answer.status === 404) {
      throw new Refused('domain');
    }
    if (!answer.ok) {
      throw new Refused('unreachable');
    }

    return (await answer.json()) as T;
  }

  async #ask(address: URL, token: string): Promise<Response> {
    try {
      return await fetch(address, { headers: { Authorization: `Bearer ${token}` }, signal: AbortSignal.timeout(timeout) });
    } catch {
      throw new Refused('unreachable');
    }
  }

  async #current(): Promise<string> {
    const given = this.element.getAttribute('token');

    return given !== null && given !== '' ? given : (this.#token ?? this.#another());
  }

  /** From the page's own server (`token-url`), or from the page itself, which is told that it is time. */
  async #another(): Promise<string> {
    const url = this.element.getAttribute('token-url');
    if (url === null) {
      const before = this.element.getAttribute('token');
      this.element.dispatchEvent(new CustomEvent('mailstats-token-needed', { bubbles: true, composed: true }));
      const now = this.element.getAttribute('token');
      if (now === null || now === '' || now === before) {
        throw new Refused('token');
      }

      return now;
    }

    try {
      const answer = await fetch(url, { method: 'POST', credentials: 'same-origin', signal: AbortSignal.timeout(timeout) });
      const { token } = answer.ok ? ((await answer.json()) as { token?: unknown }) : {};
      if (typeof token === 'string' && token !== '') {
        this.#token = token;

        return token;
      }
    } catch {
      // The page's own server does not answer, or with something else: there is no token.
    }

    throw new Refused('token');
  }
}
