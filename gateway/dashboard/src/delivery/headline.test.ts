import { expect, test } from 'vitest';
import type { Delivery } from '../api/types';
import { headline, receiverOf } from './headline';

const now = Date.parse('2026-11-27T14:22:00Z');

const delivery = (with_: Partial<Delivery>): Delivery =>
  ({
    occurredAt: '2026-11-27T09:51:14Z', acceptedAt: '2026-11-27T09:51:12Z', provider: 'Gmail', recipient: 'ann@example.net',
    attempts: [], attemptsMade: 1, ...with_,
  }) as Delivery;

const attempt = (occurredAt: string) => ({ occurredAt, outcome: 'deferred', attempted: true }) as Delivery['attempts'][number];

test('every status is told in a sentence', () => {
  const say = (with_: Partial<Delivery>) => headline(delivery(with_), 'UTC', now);

  expect(say({ status: 'delivered' })).toBe('Delivered: Gmail took it at 09:51.');
  expect(say({ status: 'delivered', attemptsMade: 3 })).toBe('Delivered: Gmail took it at 09:51, at try 3.');
  expect(say({ status: 'hardBounced', occurredAt: '2026-11-24T09:51:14Z' })).toBe('Not delivered: Gmail refused it for good on Tue 24 Nov at 09:51.');
  expect(say({ status: 'softBounced', attemptsMade: 5 })).toBe('Not delivered: given up at 09:51 after 5 tries.');
  expect(say({ status: 'accepted' })).toBe('Not delivered yet: in the queue since 09:51, and no try is known.');
  expect(say({ status: 'rejected' })).toBe('Never sent: it was refused when it was submitted, at 09:51.');
  expect(say({ status: 'complained' })).toContain('reported it as unwanted');
  expect(say({ status: 'unheard of' as never })).toContain('Nothing is known');
});

test('what waits is told with how often it was put off and when it is tried again', () => {
  const attempts = [attempt('2026-11-27T09:51:14Z'), attempt('2026-11-27T13:15:00Z'), attempt('2026-11-27T14:21:57Z')];

  expect(headline(delivery({ status: 'deferred', attempts, attemptsMade: 3 }), 'UTC', now)).toBe(
    'Not delivered yet: Gmail has put it off 3 times since 09:51. The next try is due about 15:28.',
  );
  expect(headline(delivery({ status: 'deferred', attempts: attempts.slice(0, 1) }), 'UTC', now)).toBe('Not delivered yet: Gmail put it off once, at 09:51.');
});

test('a receiver nobody knows is the recipient’s domain', () => {
  expect(receiverOf(delivery({ provider: null }))).toBe('example.net');
});
