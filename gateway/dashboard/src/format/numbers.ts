import { locale, t, tn } from '../language/language';

const whole = new Intl.NumberFormat(locale(), { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat(locale(), { notation: 'compact', maximumFractionDigits: 1 });
const oneDigit = new Intl.NumberFormat(locale(), { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const twoDigits = new Intl.NumberFormat(locale(), { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const hundredths = new Intl.NumberFormat(locale(), { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 });
const roughly = new Intl.NumberFormat(locale(), { style: 'percent', maximumFractionDigits: 1 });
const fine = new Intl.NumberFormat(locale(), { style: 'percent', minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** 12,345 */
export const count = (value: number): string => whole.format(value);

/** 12.3K: for axes, where room is short. */
export const compact = (value: number): string => short.format(value);

/** 40% or 2.5%: for axes. */
export const axisPercent = (value: number): string => roughly.format(value / 100);

/** A percentage with one digit, told so that "100.0%" and "0.0%" mean all and none: 99.97 % of the recipients is not all of them. */
export function percent(value: number): string {
  if (value > 0 && value < 0.1) {
    return `< ${hundredths.format(0.001)}`;
  }
  if (value < 100 && value > 99.9) {
    return `> ${hundredths.format(0.999)}`;
  }

  return hundredths.format(value / 100);
}

/** A percentage, or a dash where nothing was sent that could be divided. */
export const rate = (value: number | null): string => (value === null ? '–' : percent(value));

/** A percentage of rare things: two digits below one percent. */
export const fineRate = (value: number | null): string =>
  value === null ? '–' : value === 0 || value >= 1 ? percent(value) : value < 0.01 ? `< ${fine.format(0.0001)}` : fine.format(value / 100);

/** A relative change in percent: +12.3%. */
export const relativeChange = (change: number): string => signed(change, (value) => hundredths.format(value / 100));

/** A difference of two rates in percentage points: −0.4 pp; of rare things with two digits. */
export const pointChange = (change: number, rare = false): string =>
  t('{points} pp', { points: rare ? signed(change, (value) => twoDigits.format(value), 100) : signed(change, (value) => oneDigit.format(value)) });

/** 14.2 kB; 1 kB is 1,000 bytes. */
export function bytes(value: number): string {
  const units = ['kilobyte', 'megabyte', 'gigabyte'];
  if (value < 1000) {
    return tn(value, '{n} byte|{n} bytes');
  }
  let unit = 0;
  let rest = value / 1000;
  while (rest >= 1000 && unit < units.length - 1) {
    rest /= 1000;
    unit += 1;
  }

  return new Intl.NumberFormat(locale(), {
    style: 'unit', unit: units[unit] ?? 'gigabyte', unitDisplay: 'short', minimumFractionDigits: 1, maximumFractionDigits: 1,
  }).format(rest);
}

function signed(value: number, written: (value: number) => string, parts = 10): string {
  const rounded = Math.round(value * parts) / parts;
  if (rounded === 0) {
    return `±${written(0)}`;
  }

  return `${rounded > 0 ? '+' : '−'}${written(Math.abs(rounded))}`;
}
