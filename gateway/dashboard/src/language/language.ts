type Catalogue = Readonly<Record<string, string>>;

/** English is the source; every file beside it is another language: its name is the language's tag, its keys the English texts. */
const files = import.meta.glob<string>('./catalogues/*.json', { query: '?url', import: 'default', eager: true });
const storageName = 'mailstats.language';
const source = 'en';

const tagOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1, -'.json'.length);

export const languages: readonly string[] = [source, ...Object.keys(files).map(tagOf).sort()];

let catalogue: Catalogue = {};
let spoken = source;

/** The language of the page: chosen in the settings, else the first of the browser's that there is. */
export function wantedLanguage(): string {
  const chosen = read();
  if (chosen !== null && languages.includes(chosen)) {
    return chosen;
  }

  return browserLanguages().map((tag) => tag.split('-')[0] ?? '').find((tag) => languages.includes(tag)) ?? source;
}

export const hasChosenLanguage = (): boolean => read() !== null;

/** Texts are put into the page when its parts are loaded, so another language begins with the page. */
export function chooseLanguage(language: string | null): void {
  if (language === null) {
    window.localStorage.removeItem(storageName);
  } else {
    window.localStorage.setItem(storageName, language);
  }
  window.location.reload();
}

/** Comes before any part of the page is loaded. */
export async function loadLanguage(): Promise<void> {
  spoken = wantedLanguage();
  const [, address] = Object.entries(files).find(([file]) => tagOf(file) === spoken) ?? [];
  if (address !== undefined) {
    const response = await fetch(address);
    catalogue = response.ok ? ((await response.json()) as Catalogue) : {};
  }
  document.documentElement.lang = spoken;
}

export const language = (): string => spoken;

/** How numbers and dates are written: the reader's own habit within the language. */
export const locale = (): string =>
  browserLanguages().find((tag) => tag.split('-')[0] === spoken) ?? (spoken === source ? 'en-GB' : spoken);

/** A text in the page's language; `{name}` stands for a value. */
export function t(text: string, values: Readonly<Record<string, string | number>> = {}): string {
  return fill(catalogue[text] ?? text, values);
}

let plurals: Intl.PluralRules | undefined;
let whole: Intl.NumberFormat | undefined;

/** A text that counts: `tn(2, '{n} host|{n} hosts')`. */
export function tn(n: number, forms: string, values: Readonly<Record<string, string | number>> = {}): string {
  plurals ??= new Intl.PluralRules(spoken);
  whole ??= new Intl.NumberFormat(locale(), { maximumFractionDigits: 0 });
  const [one = '', many = one] = (catalogue[forms] ?? forms).split('|');

  return fill(plurals.select(n) === 'one' ? one : many, { n: whole.format(n), ...values });
}

/** The pieces of a text around its values, for values that are more than text. */
export const pieces = (text: string): string[] => (catalogue[text] ?? text).split(/(\{\w+\})/);

function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}

function read(): string | null {
  return typeof window === 'undefined' ? null : window.localStorage.getItem(storageName);
}

function browserLanguages(): readonly string[] {
  return typeof navigator === 'undefined' ? [] : (navigator.languages ?? []);
}
