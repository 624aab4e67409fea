import type { Delivery, DeliveryAttempt } from '../api/types';

/** Attempts that went alike, as one entry of the timeline. */
export type AttemptGroup = {
  /** The first of them. */
  first: DeliveryAttempt;
  /** Which try it was, 1 for the first; 0 where no server was asked. */
  number: number;
  /** Those after it that went the same way. */
  alike: DeliveryAttempt[];
};

/** How many attempts of the beginning the server keeps where there are very many. */
const keptFirst = 16;

/** A try is what asked a server; an expiry is the queue's own decision. */
export const isTry = (attempt: DeliveryAttempt): boolean => attempt.attempted && ['deferred', 'delivered', 'bounced'].includes(attempt.outcome);

/** Attempts that the server counted and does not keep: they were after the first sixteen. */
export const leftOut = (delivery: Delivery): number => Math.max(0, delivery.attemptsMade - delivery.attempts.filter(isTry).length);

/** The attempts in their order, those alike as one; a gap begins a new group. */
export function groupsOf(delivery: Delivery): AttemptGroup[] {
  const missing = leftOut(delivery);
  const groups: AttemptGroup[] = [];
  let number = 0;

  delivery.attempts.forEach((attempt, index) => {
    const afterGap = missing > 0 && index === keptFirst;
    number += (afterGap ? missing : 0) + (isTry(attempt) ? 1 : 0);
    const last = groups.at(-1);
    if (last !== undefined && !afterGap && looksOf(attempt) === looksOf(last.first)) {
      last.alike.push(attempt);
    } else {
      groups.push({ first: attempt, number: isTry(attempt) ? number : 0, alike: [] });
    }
  });

  return groups;
}

/** The place of the gap among the groups; -1 where nothing is left out. */
export const gapAt = (groups: AttemptGroup[], delivery: Delivery): number => {
  if (leftOut(delivery) === 0) {
    return -1;
  }

  let seen = 0;

  return groups.findIndex((group) => {
    const begins = seen;
    seen += 1 + group.alike.length;

    return begins === keptFirst;
  });
};

/** The same for replies that differ in ids, numbers and times alone. */
const looksOf = (attempt: DeliveryAttempt): string =>
  [attempt.outcome, attempt.attempted, attempt.smtpCode, attempt.enhancedCode, (attempt.reply ?? '').replace(/\S*\d\S*/g, '#')].join(' ');

/** When the queue will try again, by its own rhythm; null where that cannot be told or should have been. */
export function nextTry(delivery: Delivery, now: number): number | null {
  if (delivery.status !== 'deferred') {
    return null;
  }

  const times = delivery.attempts.filter(isTry).map((attempt) => Date.parse(attempt.occurredAt));
  const last = times.at(-1);
  const before = times.at(-2);
  if (last === undefined || before === undefined) {
    return null;
  }

  const gap = last - before;
  const gapBefore = before - (times.at(-3) ?? before - gap);
  // Queues wait longer each time, up to twice as long.
  const growth = Math.min(2, Math.max(1, gap / Math.max(1, gapBefore)));
  const due = last + gap * growth;

  return due > now ? due : null;
}
