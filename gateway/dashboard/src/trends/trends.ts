import type { AttemptPoint } from '../api/types';
import { attemptsOf, failedOf, slotsByStart, slotsOf, stepOf, sumOf, withGaps, type Slot } from '../chart/attemptSlots';
import { compareFew, type Verdict } from '../overview/compare';

/** A number of so many: now, and in the period before, which is as long. */
export type Compared = { now: number; of: number; before: number; ofBefore: number; verdict: Verdict };

/** New, gone, or going on: whether it was there in the period before, and whether it is there now. */
export type State = 'new' | 'on' | 'gone';

export type ReasonTrend = Compared & { reason: string; state: State; final: number; course: (number | null)[] };

export type ProviderTrend = { provider: string; attempts: number; deferred: Compared; refused: Compared; complained: Compared; course: (number | null)[] };

/**
 * How much more a share moves from interval to interval than chance alone would move it: 1 where it does not. Failures come in clusters
 * (one full mailbox is tried ten times), and so many of them prove less.
 */
export function dispersion(parts: readonly number[], wholes: readonly number[]): number {
  const all = wholes.reduce((sum, whole) => sum + whole, 0);
  const part = parts.reduce((sum, value) => sum + value, 0);
  const share = all === 0 ? 0 : part / all;
  const used = wholes.filter((whole) => whole > 0).length;
  if (share <= 0 || share >= 1 || used < 4) {
    return 1;
  }

  const squares = wholes.reduce(
    (sum, whole, index) => (whole === 0 ? sum : sum + ((parts[index] ?? 0) - share * whole) ** 2 / (whole * share * (1 - share))),
    0,
  );

  return Math.max(1, squares / (used - 1));
}

/** The change of a share, told from chance; `course` is what the period before was like, interval by interval. */
export function compared(now: number, of: number, before: number, ofBefore: number, course: { parts: number[]; wholes: number[] }): Compared {
  const clustered = dispersion(course.parts, course.wholes);
  const fewer = (value: number): number => Math.round(value / clustered);

  return { now, of, before, ofBefore, verdict: compareFew(fewer(now), fewer(of), fewer(before), fewer(ofBefore)) };
}

const stateOf = (now: number, before: number): State => (before === 0 ? 'new' : now === 0 ? 'gone' : 'on');

const byStart = (slots: readonly Slot[]): Map<number, Slot> => new Map(slots.map((slot) => [slot.start, slot]));

const groups = (points: readonly AttemptPoint[], key: 'reason' | 'provider'): Map<string, AttemptPoint[]> => {
  const found = new Map<string, AttemptPoint[]>();
  for (const point of points) {
    const name = point[key];
    if (name) {
      const list = found.get(name);
      if (list === undefined) {
        found.set(name, [point]);
      } else {
        list.push(point);
      }
    }
  }

  return found;
};

/** The course of a part on the starts of the whole, in percent. */
const courseOf = (whole: readonly Slot[], part: Map<number, Slot>, of: (slot: Slot) => number): (number | null)[] =>
  whole.map((slot) => (attemptsOf(slot) === 0 ? null : ((part.has(slot.start) ? of(part.get(slot.start) as Slot) : 0) / attemptsOf(slot)) * 100));

const partsOf = (whole: readonly Slot[], part: Map<number, Slot>, of: (slot: Slot) => number): { parts: number[]; wholes: number[] } => ({
  parts: whole.map(({ start }) => (part.has(start) ? of(part.get(start) as Slot) : 0)),
  wholes: whole.map(attemptsOf),
});

/** Why attempts failed, most first; those that are gone come last. */
export function reasonTrends(now: readonly AttemptPoint[], before: readonly AttemptPoint[]): ReasonTrend[] {
  const slots = slotsByStart(now);
  const slotsBefore = slotsByStart(before);
  const [all, allBefore] = [attemptsOf(sumOf(slots)), attemptsOf(sumOf(slotsBefore))];
  const [reasons, reasonsBefore] = [groups(now, 'reason'), groups(before, 'reason')];

  return [...new Set([...reasons.keys(), ...reasonsBefore.keys()])]
    .map((reason) => {
      const own = slotsByStart(reasons.get(reason) ?? []);
      const ownBefore = slotsByStart(reasonsBefore.get(reason) ?? []);
      const sum = sumOf(own);
      const failed = failedOf(sum);
      const failedBefore = failedOf(sumOf(ownBefore));

      return {
        reason,
        state: stateOf(failed, failedBefore),
        final: sum.soft + sum.hard,
        course: courseOf(slots, byStart(own), failedOf),
        ...compared(failed, all, failedBefore, allBefore, partsOf(slotsBefore, byStart(ownBefore), failedOf)),
      };
    })
    .sort((left, right) => right.now - left.now || right.before - left.before);
}

/** Who takes the mail, most attempts first. */
export function providerTrends(now: readonly AttemptPoint[], before: readonly AttemptPoint[]): ProviderTrend[] {
  const [providers, providersBefore] = [groups(now, 'provider'), groups(before, 'provider')];

  return [...providers]
    .map(([provider, points]) => {
      const slots = slotsByStart(points);
      const slotsBefore = slotsByStart(providersBefore.get(provider) ?? []);
      const [sum, sumBefore] = [sumOf(slots), sumOf(slotsBefore)];
      const of = (part: (slot: Slot) => number, whole: (slot: Slot) => number): Compared =>
        compared(part(sum), whole(sum), part(sumBefore), whole(sumBefore), { parts: slotsBefore.map(part), wholes: slotsBefore.map(whole) });

      return {
        provider,
        attempts: attemptsOf(sum),
        deferred: of((slot) => slot.deferred, attemptsOf),
        refused: of((slot) => slot.soft + slot.hard, attemptsOf),
        complained: of((slot) => slot.complained, (slot) => slot.delivered),
        course: slots.map((slot) => (attemptsOf(slot) === 0 ? null : (slot.deferred / attemptsOf(slot)) * 100)),
      };
    })
    .sort((left, right) => right.attempts - left.attempts);
}

/** All together: the change of one kind of outcome. */
export function wholeTrend(now: readonly Slot[], before: readonly Slot[], part: (slot: Slot) => number, whole: (slot: Slot) => number): Compared {
  const [sum, sumBefore] = [sumOf(now), sumOf(before)];

  return compared(part(sum), whole(sum), part(sumBefore), whole(sumBefore), { parts: before.map(part), wholes: before.map(whole) });
}

/** Attempts of a reason, of `all` that were made. */
export type Point = Slot & { all: number };

/**
 * Every hour or day of the period: where one reason is asked for, its part of all attempts. A period may begin within an hour, and its
 * first point with it: points are told by the hour that they lie in.
 */
export function pointsOf(now: readonly AttemptPoint[], period: { from: string; to: string }, interval: string | undefined, reason: string): Point[] {
  const from = Math.floor(Date.parse(period.from) / stepOf.hour) * stepOf.hour;
  const to = Date.parse(period.to);
  // Days are not equally long: only those with mail are known by their start.
  const slots = (points: readonly AttemptPoint[]): Slot[] => (interval === 'day' ? withGaps(slotsByStart(points)) : slotsOf(points, from, to, stepOf.hour));
  const parts = new Map(slots(reason === '' ? now : now.filter((point) => point.reason === reason)).map((slot) => [slot.start, slot]));
  const none = { delivered: 0, deferred: 0, soft: 0, hard: 0, complained: 0 };

  return slots(now).map((slot) => ({ ...none, ...parts.get(slot.start), start: slot.start, all: attemptsOf(slot) }));
}

export type Group = 'authentication' | 'reputation' | 'configuration';

/** The three that mail fails for and that the sender can mend. */
export const groupOf: Readonly<Record<Group, readonly string[]>> = {
  authentication: ['auth_dmarc', 'auth_spf', 'auth_dkim', 'auth_missing', 'reverse_dns', 'tls_failure'],
  reputation: ['ip_blocklisted', 'domain_blocklisted', 'reputation_low', 'client_rejected', 'policy_rejected', 'spam_content', 'rate_limited'],
  configuration: ['relay_denied', 'smtp_auth_required', 'sender_invalid', 'dns_failure', 'connection_failed', 'mail_loop', 'local_error', 'protocol_error',
    'message_malformed'],
};
