const formats = new Map<string, Intl.DateTimeFormat>();

function format(timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const name = timeZone + JSON.stringify(options);
  let found = formats.get(name);
  if (found === undefined) {
    found = new Intl.DateTimeFormat('en-GB', { timeZone, ...options });
    formats.set(name, found);
  }

  return found;
}

/** 21 Nov 2026, 18:02:11 */
export const moment = (value: string | number, timeZone: string): string =>
  format(timeZone, {
    day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit',
  }).format(new Date(value));

/** 21 Nov, 18:02:11: in lists of recent things. */
export const shortMoment = (value: string | number, timeZone: string): string =>
  format(timeZone, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit' })
    .format(new Date(value));

/** Sat 21 Nov, 18:00 */
export const hour = (value: string | number, timeZone: string): string =>
  format(timeZone, { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' })
    .format(new Date(value));

/** Sat, 21 Nov 2026 */
export const day = (value: string | number, timeZone: string): string =>
  format(timeZone, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' }).format(new Date(value));

/** 21 Nov */
export const shortDay = (value: string | number, timeZone: string): string =>
  format(timeZone, { day: 'numeric', month: 'short' }).format(new Date(value));

/** 18:00 */
export const clock = (value: string | number, timeZone: string): string =>
  format(timeZone, { hour: '2-digit', minute: '2-digit' }).format(new Date(value));

/** 18:02:11 */
export const clockWithSeconds = (value: string | number, timeZone: string): string =>
  format(timeZone, { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(new Date(value));

/** The days of a half-open range: "15 Nov – 21 Nov", or one day alone. */
export function dayRange(from: string, to: string, timeZone: string): string {
  const first = shortDay(from, timeZone);
  const last = shortDay(new Date(to).getTime() - 1, timeZone);

  return first === last ? first : `${first} – ${last}`;
}

/** "3 s ago", "2 min ago", "5 h ago", "4 d ago" */
export function ago(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) {
    return `${seconds} s ago`;
  }
  if (seconds < 3600) {
    return `${Math.floor(seconds / 60)} min ago`;
  }
  if (seconds < 86_400) {
    return `${Math.floor(seconds / 3600)} h ago`;
  }

  return `${Math.floor(seconds / 86_400)} d ago`;
}
