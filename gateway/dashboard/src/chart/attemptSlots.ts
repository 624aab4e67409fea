import type { AttemptPoint } from '../api/types';

/** Attempts of one interval by what came of them. */
export type Slot = { start: number; delivered: number; deferred: number; soft: number; hard: number; complained: number };

export type Outcome = Exclude<keyof Slot, 'start'>;

const minute = 60_000;
export const stepOf = { '5m': 5 * minute, hour: 60 * minute } as const;
export type Step = keyof typeof stepOf;

const none = { delivered: 0, deferred: 0, soft: 0, hard: 0, complained: 0 };

export const attemptsOf = (slot: Slot): number => slot.delivered + slot.deferred + slot.soft + slot.hard;
export const failedOf = (slot: Slot): number => slot.deferred + slot.soft + slot.hard;
export const refusedOf = (slot: Slot): number => slot.soft + slot.hard;

/** Percent of the attempts; null where there are too few to speak of a rate. */
export const rateOf = (part: number, whole: number, fewest = 1): number | null => (whole < fewest ? null : (part / whole) * 100);

// One of two says nothing of a rate.
const fewest = 3;

/**
 * The rate up to each slot, over as many slots before it as make enough attempts: with little mail five minutes say nothing. It does not
 * look back beyond `most` slots, nor over `edge`, where something else began.
 */
export function rollingRates(slots: readonly Slot[], enough: number, most: number, edge = -Infinity): (number | null)[] {
  return slots.map((slot, index) => {
    let [part, whole] = [failedOf(slot), attemptsOf(slot)];
    for (let back = index - 1; back >= 0 && index - back < most && whole < enough; back -= 1) {
      const before = slots[back];
      if (before === undefined || (before.start < edge && slot.start >= edge)) {
        break;
      }
      part += failedOf(before);
      whole += attemptsOf(before);
    }

    return rateOf(part, whole, fewest);
  });
}

/** Points of the API in equal steps, those in which nothing happened as well. */
export function slotsOf(points: readonly AttemptPoint[], from: number, to: number, step: number): Slot[] {
  const slots = Array.from({ length: Math.max(1, Math.ceil((to - from) / step)) }, (_, at) => ({ start: from + at * step, ...none }));
  for (const point of points) {
    add(slots[Math.floor((Date.parse(point.start) - from) / step)], point);
  }

  return slots;
}

/** The points of each start that the API names: for days, which are not equally long. */
export function slotsByStart(points: readonly AttemptPoint[]): Slot[] {
  const slots = new Map<number, Slot>();
  for (const point of points) {
    const start = Date.parse(point.start);
    const slot = slots.get(start) ?? { start, ...none };
    slots.set(start, slot);
    add(slot, point);
  }

  return [...slots.values()].sort((left, right) => left.start - right.start);
}

const day = 24 * 60 * minute;

/** Days with an empty one behind each that others are missing after: a line must not go on over days of which nothing is known. */
export const withGaps = (days: readonly Slot[]): Slot[] =>
  days.flatMap((slot, index) => {
    const next = days[index + 1];

    return next !== undefined && next.start - slot.start > 1.5 * day ? [slot, { start: slot.start + day, ...none }] : [slot];
  });

export const sumOf = (slots: readonly Slot[]): Slot =>
  slots.reduce(
    (sum, slot) => ({
      start: sum.start,
      delivered: sum.delivered + slot.delivered,
      deferred: sum.deferred + slot.deferred,
      soft: sum.soft + slot.soft,
      hard: sum.hard + slot.hard,
      complained: sum.complained + slot.complained,
    }),
    { start: slots[0]?.start ?? 0, ...none },
  );

function add(slot: Slot | undefined, { outcome, attempts }: AttemptPoint): void {
  if (slot !== undefined && isOutcome(outcome)) {
    slot[outcome] += attempts;
  }
}

const isOutcome = (text: string | null | undefined): text is Outcome => text !== null && text !== undefined && text in none;

/** What a chart of one incident shows: some time before it, and after it where it is over; on quarter hours, as the API takes them. */
export function windowOf(startedAt: number, closedAt: number | null, now: number): { from: number; to: number; step: Step } {
  const hour = 60 * minute;
  const end = closedAt ?? now;
  const lasted = Math.max(0, end - startedAt);
  const before = Math.min(Math.max(lasted * 0.8, 2 * hour), 12 * hour);
  const after = closedAt === null ? 0 : Math.min(Math.max(lasted * 0.5, hour), 6 * hour);
  // Five minutes are kept for 14 days; and more bars than pixels would say nothing.
  const step = lasted + before + after > 30 * hour || now - startedAt > 12 * 24 * hour ? 'hour' : '5m';
  const grid = step === 'hour' ? hour : 15 * minute;
  const to = Math.ceil(Math.min(end + after, now) / grid) * grid;

  return { from: Math.max(Math.floor((startedAt - before) / grid) * grid, to - 90 * 24 * hour), to, step };
}
