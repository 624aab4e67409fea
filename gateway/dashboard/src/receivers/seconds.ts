import { locale, t } from '../language/language';
import { longDuration } from '../incidents/incidentTexts';

const short = new Intl.NumberFormat(locale(), { maximumFractionDigits: 1 });

/** 0.8 s, 12 s, 38 min, 2 h 5 min: as exact as it matters. */
export function seconds(value: number | undefined): string {
  if (value === undefined) {
    return '–';
  }

  return value < 59.5 ? t('{n} s', { n: short.format(value < 10 ? value : Math.round(value)) }) : longDuration(Math.round(value) * 1000);
}
