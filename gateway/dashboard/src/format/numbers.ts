const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const oneDigit = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** 12,345 */
export const count = (value: number): string => whole.format(value);

/** 12.3K: for axes, where room is short. */
export const compact = (value: number): string => short.format(value);

/**
 * A percentage with one digit, told so that "100.0 %" and "0.0 %" mean all and none: 99.97 % of the recipients is not
 * all of them.
 */
export function percent(value: number): string {
  if (value > 0 && value < 0.1) {
    return '< 0.1 %';
  }
  if (value < 100 && value > 99.9) {
    return '> 99.9 %';
  }

  return `${oneDigit.format(value)} %`;
}

/** A percentage, or a dash where nothing was sent that could be divided. */
export const rate = (value: number | null): string => (value === null ? '–' : percent(value));

/** A relative change in percent: +12.3 %. */
export const relativeChange = (change: number): string => `${signed(change)} %`;

/** A difference of two rates in percentage points: −0.4 pp. */
export const pointChange = (change: number): string => `${signed(change)} pp`;

/** 1 recipient, 2 recipients */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

const units = ['B', 'KB', 'MB', 'GB'];

/** 14.2 KB; 1 KB is 1,000 bytes. */
export function bytes(value: number): string {
  let unit = 0;
  let rest = value;
  while (rest >= 1000 && unit < units.length - 1) {
    rest /= 1000;
    unit += 1;
  }

  return `${unit === 0 ? whole.format(rest) : oneDigit.format(rest)} ${units[unit] ?? ''}`;
}

function signed(value: number): string {
  const rounded = Math.round(value * 10) / 10;
  if (rounded === 0) {
    return '±0.0';
  }

  return `${rounded > 0 ? '+' : '−'}${oneDigit.format(Math.abs(rounded))}`;
}
