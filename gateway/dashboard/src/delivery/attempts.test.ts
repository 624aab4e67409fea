import { expect, test } from 'vitest';
import type { Delivery, DeliveryAttempt } from '../api/types';
import { gapAt, groupsOf, leftOut, nextTry } from './attempts';

const start = Date.parse('2026-11-27T09:51:14Z');

const attempt = (minutes: number, with_: Partial<DeliveryAttempt> = {}): DeliveryAttempt => ({
  occurredAt: new Date(start + minutes * 60_000).toISOString(),
  outcome: 'deferred',
  attempted: true,
  smtpCode: 421,
  enhancedCode: '4.7.28',
  reply: `421-4.7.28 too fast ffacd${minutes}b - gsmtp`,
  remoteHost: 'mx.example.net',
  outgoingIp: null,
  host: null,
  reason: 'rate_limited',
  advice: null,
  unknownCode: false,
  ...with_,
});

const delivery = (attempts: DeliveryAttempt[], with_: Partial<Delivery> = {}): Delivery =>
  ({ status: 'deferred', attempts, attemptsMade: attempts.length, ...with_ }) as Delivery;

test('attempts that differ in an id alone are one group, and keep their number', () => {
  const groups = groupsOf(delivery([attempt(0), attempt(10), attempt(30), attempt(60, { reply: '452 full', smtpCode: 452 }), attempt(90)]));

  expect(groups.map((group) => [group.number, group.alike.length])).toEqual([[1, 2], [4, 0], [5, 0]]);
});

test('what asked no server is no try', () => {
  const groups = groupsOf(delivery([attempt(0), attempt(5, { attempted: false, reply: null }), attempt(9, { outcome: 'bounced', reply: '550 no' })]));

  expect(groups.map((group) => group.number)).toEqual([1, 0, 2]);
});

test('the last of very many keep their numbers, and the gap is told', () => {
  const all = Array.from({ length: 64 }, (_, index) => attempt(index < 16 ? index : index + 36));
  const many = delivery(all, { attemptsMade: 100 });
  const groups = groupsOf(many);

  expect(leftOut(many)).toBe(36);
  expect(groups.map((group) => [group.number, group.alike.length])).toEqual([[1, 15], [53, 47]]);
  expect(gapAt(groups, many)).toBe(1);
  expect(gapAt(groupsOf(delivery(all)), delivery(all))).toBe(-1);
});

test('the next try is told by the rhythm of those before, while it is to come', () => {
  const waiting = delivery([attempt(0), attempt(10), attempt(30)]);

  expect(nextTry(waiting, start + 31 * 60_000)).toBe(start + 70 * 60_000);
  expect(nextTry(waiting, start + 71 * 60_000)).toBeNull();
  expect(nextTry(delivery([attempt(0)]), start)).toBeNull();
  expect(nextTry(delivery([attempt(0), attempt(10)], { status: 'delivered' }), start)).toBeNull();
});
