import { Refused, Source } from './source';
import { style } from './style';
import { Texts } from './texts';

const askEvery = 30_000;
const askAgainAfterFailure = 10_000;

/**
 * A piece of another page that shows numbers and keeps them fresh while somebody looks. Texts become text and never markup; the
 * page's styles end at the border of the element.
 */
export abstract class NumbersElement<T> extends HTMLElement {
  static readonly observedAttributes = ['server', 'token', 'token-url', 'domain', 'period', 'lang'];

  protected readonly source = new Source(this);
  readonly #box: HTMLElement;
  #numbers: { value: T; at: number } | null = null;
  #failure: Refused['kind'] | null = null;
  #timer = 0;
  #asking = 0;

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [style()];
    this.#box = document.createElement('section');
    this.#box.className = 'box';
    root.append(this.#box);
  }

  connectedCallback(): void {
    document.addEventListener('visibilitychange', this.#look);
    this.#show();
    void this.#ask();
  }

  disconnectedCallback(): void {
    document.removeEventListener('visibilitychange', this.#look);
    window.clearTimeout(this.#timer);
    this.#asking += 1;
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (!this.isConnected || before === after) {
      return;
    }
    if (name === 'domain' || name === 'period' || name === 'server') {
      // Another question: the old answer is none.
      this.#numbers = null;
    }
    this.#show();
    // A page that answers `mailstats-token-needed` changes the token within a question, which then goes on with it.
    if (name !== 'lang' && !(name === 'token' && this.#failure === null && this.#numbers !== null)) {
      void this.#ask();
    }
  }

  /** All that the element shows, asked for at once. */
  protected abstract load(): Promise<T>;

  /** The element's parts from its numbers. */
  protected abstract draw(value: T, texts: Texts): (Node | string)[];

  protected abstract name(value: T | null, texts: Texts): string;

  readonly #look = (): void => {
    if (!document.hidden) {
      void this.#ask();
    }
  };

  async #ask(): Promise<void> {
    window.clearTimeout(this.#timer);
    const mine = ++this.#asking;
    let failure: Refused['kind'] | null = null;
    try {
      const value = await this.load();
      if (mine === this.#asking) {
        this.#numbers = { value, at: Date.now() };
      }
    } catch (error) {
      failure = error instanceof Refused ? error.kind : 'unreachable';
    }

    // Asked again meanwhile, or taken out of the page.
    if (mine !== this.#asking) {
      return;
    }
    this.#failure = failure;
    this.#show();
    if (!document.hidden) {
      this.#timer = window.setTimeout(() => void this.#ask(), failure === null ? askEvery : askAgainAfterFailure);
    }
  }

  #show(): void {
    const texts = new Texts(this);
    const numbers = this.#failure === 'token' || this.#failure === 'domain' ? null : this.#numbers;
    this.#box.lang = texts.language;
    this.#box.setAttribute('role', 'region');
    this.#box.setAttribute('aria-label', this.name(numbers?.value ?? null, texts));
    this.#box.toggleAttribute('data-stale', this.#failure !== null);

    const parts: (Node | string)[] = numbers === null ? [] : this.draw(numbers.value, texts);
    if (numbers === null && this.#failure === null) {
      parts.push(part('p', 'note', texts.say('loading')));
    }
    if (this.#failure !== null) {
      const note = part('p', 'note', texts.say(this.#failure));
      note.setAttribute('role', 'status');
      parts.push(note);
    }
    if (numbers !== null && this.#failure !== null) {
      parts.push(part('p', 'note', texts.say('stale', { time: texts.time(numbers.at) })));
    }
    this.#box.replaceChildren(...parts);
  }
}

/** An element with a class and what stands in it. */
export function part(tag: string, className: string, ...content: (Node | string)[]): HTMLElement {
  const element = document.createElement(tag);
  element.className = className;
  element.append(...content);

  return element;
}
