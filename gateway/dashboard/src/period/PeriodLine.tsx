import type { Overview } from '../api/types';
import { clock, day, range } from '../format/times';
import { t } from '../language/language';

/** What the numbers are about and what they are compared with: spans of the same length. */
export function PeriodLine({ period }: { period: Overview['period'] | undefined }) {
  if (period === undefined) {
    return <>&nbsp;</>;
  }

  const { from, to, previousFrom, previousTo, timeZone } = period;
  const now = Date.now();
  const runs = Date.parse(from) <= now && now < Date.parse(to);
  const before = range(previousFrom, previousTo, timeZone);

  return runs ? (
    <>
      {t('{from} to now ({now}), compared with {before} · {zone}', {
        from: day(from, timeZone), now: clock(now, timeZone), before, zone: timeZone,
      })}
    </>
  ) : (
    <>{t('{period}, compared with {before} · {zone}', { period: range(from, to, timeZone), before, zone: timeZone })}</>
  );
}
