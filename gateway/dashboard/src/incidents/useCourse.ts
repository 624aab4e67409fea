import { useQuery } from '@tanstack/react-query';
import { attemptsQuery, type AttemptFilter } from '../api/queries';
import type { Incident } from '../api/types';
import { rollingRates, slotsOf, stepOf, sumOf, windowOf, type Slot, type Step } from '../chart/attemptSlots';

export type CourseOf = {
  slots: Slot[];
  /** Percent that fails, of as many slots as say something; in the order of the slots. */
  rates: (number | null)[];
  /** Attempts before the change, and since then as long as it was open. */
  before: Slot;
  since: Slot;
  /** What failed since then most often, null where nothing did. */
  reason: string | null;
  /** How many of what failed said so, 0 to 1. */
  reasonShare: number;
  from: number;
  to: number;
  step: Step;
};

const instant = (time: number): string => new Date(time).toISOString();

/** The window of an incident as the API's parameters. */
export const spanOf = (incident: Incident, now: number): { from: string; to: string; interval: Step; window: ReturnType<typeof windowOf> } => {
  const window = windowOf(Date.parse(incident.startedAt), incident.closedAt ? Date.parse(incident.closedAt) : null, now);

  return { from: instant(window.from), to: instant(window.to), interval: window.step, window };
};

/** The attempts around an incident, in its place. */
export function useCourse(incident: Incident, now: number): { data: CourseOf | undefined; error: Error | null; refetch: () => void } {
  const { from, to, interval, window } = spanOf(incident, now);
  const query: AttemptFilter = {
    from, to, interval, by: ['outcome', 'reason'],
    ...(incident.domain ? { domain: incident.domain } : {}),
    ...(incident.provider ? { provider: incident.provider } : {}),
  };
  const asked = attemptsQuery(query);
  // What is over does not change: it is asked for once, and the live stream does not ask for it again.
  const attempts = useQuery(incident.closedAt ? { ...asked, queryKey: ['then', ...asked.queryKey.slice(1)], staleTime: Infinity } : asked);
  const { data } = attempts;
  if (data === undefined) {
    return { data: undefined, error: attempts.error, refetch: () => void attempts.refetch() };
  }

  const slots = slotsOf(data.points, window.from, window.to, stepOf[window.step]);
  const started = slotStart(incident, window.step);
  const closed = incident.closedAt ? Date.parse(incident.closedAt) : Infinity;
  const reasons = new Map<string, number>();
  let failed = 0;
  for (const { start, reason, attempts: number } of data.points) {
    const time = Date.parse(start);
    if (reason && time >= started && time < closed) {
      failed += number;
      reasons.set(reason, (reasons.get(reason) ?? 0) + number);
    }
  }
  const [reason = null, most = 0] = [...reasons].sort((left, right) => right[1] - left[1])[0] ?? [];

  return {
    data: {
      slots,
      rates: rollingRates(slots, 10, 6, started),
      before: sumOf(slots.filter(({ start }) => start < started)),
      since: sumOf(slots.filter(({ start }) => start >= started && start < closed)),
      reason,
      reasonShare: failed === 0 ? 0 : most / failed,
      from: window.from,
      to: window.to,
      step: window.step,
    },
    error: attempts.error,
    refetch: () => void attempts.refetch(),
  };
}

/** The start of the step in which the change lies. */
export const slotStart = (incident: Incident, step: Step): number => Math.floor(Date.parse(incident.startedAt) / stepOf[step]) * stepOf[step];
