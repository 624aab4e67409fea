import { locale, t, tn } from '../language/language';

const formats = new Map<string, Intl.DateTimeFormat>();

function format(timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const name = timeZone + JSON.stringify(options);
  let found = formats.get(name);
  if (found === undefined) {
    found = new Intl.DateTimeFormat(locale(), { timeZone, hourCycle: 'h23', ...options });
    formats.set(name, found);
  }

  return found;
}

type When = string | number;

const write = (value: When, timeZone: string, options: Intl.DateTimeFormatOptions): string => format(timeZone, options).format(new Date(value));

const yearOf = (value: When, timeZone: string): string => write(value, timeZone, { year: 'numeric' });

export const isOtherYear = (value: When, timeZone: string): boolean => yearOf(value, timeZone) !== yearOf(Date.now(), timeZone);

/** The year is told where it is another one than now. */
const yearIfOther = (value: When, timeZone: string): Intl.DateTimeFormatOptions => (isOtherYear(value, timeZone) ? { year: 'numeric' } : {});

const seconds = { hour: '2-digit', minute: '2-digit', second: '2-digit' } as const;
const minutes = { hour: '2-digit', minute: '2-digit' } as const;
const dayAndMonth = { day: 'numeric', month: 'short' } as const;

/** 21 Nov, 18:02:11, with the year where it is another one. */
export const moment = (value: When, timeZone: string): string => write(value, timeZone, { ...dayAndMonth, ...yearIfOther(value, timeZone), ...seconds });

/** Sat, 21 Nov 2026, 18:02:11 CET: where there is room for all of it. */
export const fullMoment = (value: When, timeZone: string): string =>
  write(value, timeZone, { weekday: 'short', ...dayAndMonth, year: 'numeric', ...seconds, timeZoneName: 'short' });

/** 18:02:11 today, 21 Nov, 18:02:11 on other days: in lists of recent things. */
export const recent = (value: When, timeZone: string): string =>
  isSameDay(value, Date.now(), timeZone) ? clockWithSeconds(value, timeZone) : moment(value, timeZone);

/** Sat, 21 Nov, 18:00 */
export const hour = (value: When, timeZone: string): string =>
  write(value, timeZone, { weekday: 'short', ...dayAndMonth, ...yearIfOther(value, timeZone), ...minutes });

/** Sat, 21 Nov; with the year where it is another one. */
export const day = (value: When, timeZone: string): string =>
  write(value, timeZone, { weekday: 'short', ...dayAndMonth, ...yearIfOther(value, timeZone) });

/** 21 Nov */
export const shortDay = (value: When, timeZone: string): string => write(value, timeZone, { ...dayAndMonth, ...yearIfOther(value, timeZone) });

/** 18:00 */
export const clock = (value: When, timeZone: string): string => write(value, timeZone, minutes);

/** 18:02:11 */
export const clockWithSeconds = (value: When, timeZone: string): string => write(value, timeZone, seconds);

/** A day, and the time where it is not midnight. */
export const dayAndTime = (value: When, timeZone: string): string => {
  const time = clock(value, timeZone);

  return time === '00:00' ? day(value, timeZone) : `${day(value, timeZone)}, ${time}`;
};

export const isSameDay = (left: When, right: When, timeZone: string): boolean =>
  write(left, timeZone, { year: 'numeric', month: 'numeric', day: 'numeric' }) ===
  write(right, timeZone, { year: 'numeric', month: 'numeric', day: 'numeric' });

/** What a half-open range covers, up to now where it is running: "15 Nov – 21 Nov", "15 Nov – 21 Nov, 14:22", or one day alone. */
export function range(from: string, to: string, timeZone: string): string {
  const end = Date.parse(to);
  const whole = clock(end, timeZone) === '00:00';
  const first = shortDay(from, timeZone);
  const last = shortDay(whole ? end - 1 : end, timeZone);
  const upTo = whole ? last : `${last}, ${clock(end, timeZone)}`;

  return first === last ? upTo : `${clock(from, timeZone) === '00:00' ? first : `${first}, ${clock(from, timeZone)}`} – ${upTo}`;
}

/** "3 s ago", "2 min ago", "5 h ago", "4 d ago" */
export const ago = (milliseconds: number): string => t('{duration} ago', { duration: duration(milliseconds) });

/** "3 s", "2 min", "5 h", "4 d" */
export function duration(milliseconds: number): string {
  const passed = Math.max(0, Math.round(milliseconds / 1000));
  if (passed < 60) {
    return tn(passed, '{n} s');
  }
  if (passed < 3600) {
    return tn(Math.floor(passed / 60), '{n} min');
  }
  if (passed < 86_400) {
    return tn(Math.floor(passed / 3600), '{n} h');
  }

  return tn(Math.floor(passed / 86_400), '{n} d');
}
