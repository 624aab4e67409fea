const english = {
  quota: 'Monthly quota',
  dayQuota: 'Daily quota',
  used: '{used} of {limit} recipients used',
  unlimited: '{used} recipients this month, no limit set',
  reached: 'Quota reached',
  resets: 'resets {day}',
  projected: 'reached about {day}',
  overview: 'Mail statistics',
  recipients: 'Recipients',
  deliveryRate: 'Delivery rate',
  softBounceRate: 'Soft bounce rate',
  hardBounceRate: 'Hard bounce rate',
  before: 'before: {value}',
  pending: '{n} pending',
  chart: 'Recipients over time: {most} at most, {all} in all',
  loading: 'Loading…',
  token: 'These numbers need to be signed in to again.',
  domain: 'These numbers may not be seen here.',
  unreachable: 'The numbers cannot be reached. They come back by themselves.',
  stale: 'as of {time}',
};

const french: Record<keyof typeof english, string> = {
  quota: 'Quota mensuel',
  dayQuota: 'Quota journalier',
  used: '{used} sur {limit} destinataires utilisés',
  unlimited: '{used} destinataires ce mois-ci, sans limite',
  reached: 'Quota atteint',
  resets: 'remis à zéro le {day}',
  projected: 'atteint vers le {day}',
  overview: 'Statistiques du courrier',
  recipients: 'Destinataires',
  deliveryRate: 'Taux de distribution',
  softBounceRate: 'Taux de rebonds temporaires',
  hardBounceRate: 'Taux de rebonds définitifs',
  before: 'avant : {value}',
  pending: '{n} en attente',
  chart: 'Destinataires dans le temps : {most} au plus, {all} en tout',
  loading: 'Chargement…',
  token: 'Il faut se reconnecter pour voir ces chiffres.',
  domain: 'Ces chiffres ne peuvent pas être vus ici.',
  unreachable: 'Les chiffres sont injoignables. Ils reviendront d’eux-mêmes.',
  stale: 'à {time}',
};

export type TextName = keyof typeof english;

/** Words and numbers in the language that the element, the page or the browser asks for. */
export class Texts {
  readonly language: string;
  readonly #words: Record<TextName, string>;
  readonly #locale: string;

  constructor(element: HTMLElement) {
    const asked = [element.closest('[lang]')?.getAttribute('lang') ?? '', ...navigator.languages];
    const locale = asked.find((tag) => /^(en|fr)\b/i.test(tag)) ?? 'en';
    this.language = locale.slice(0, 2).toLowerCase();
    this.#words = this.language === 'fr' ? french : english;
    this.#locale = canonical(locale) ?? this.language;
  }

  say(name: TextName, values: Readonly<Record<string, string>> = {}): string {
    return this.#words[name].replace(/\{(\w+)\}/g, (whole, key: string) => values[key] ?? whole);
  }

  count(value: number): string {
    return new Intl.NumberFormat(this.#locale, { maximumFractionDigits: 0 }).format(value);
  }

  /** One digit, cut: "100.0%" means all. A dash where nothing was sent. */
  percent(value: number | null): string {
    return value === null
      ? '–'
      : new Intl.NumberFormat(this.#locale, { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 })
          .format(Math.floor(value * 10) / 1000);
  }

  /** In the zone whose midnights cut the numbers, wherever the reader is. */
  day(at: string, timeZone: string): string {
    return new Intl.DateTimeFormat(this.#locale, { day: 'numeric', month: 'short', timeZone }).format(new Date(at));
  }

  time(at: number): string {
    return new Intl.DateTimeFormat(this.#locale, { hour: '2-digit', minute: '2-digit' }).format(at);
  }
}

const canonical = (tag: string): string | undefined => {
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    return undefined;
  }
};
