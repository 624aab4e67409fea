import { expect, test } from 'vitest';
import type { BounceReason, Reason } from '../api/types';
import { reasonGroups } from './reasonGroups';

const row = (reason: Reason, smtpCode: number | null, count: number, hard = false): BounceReason => ({
  reason, smtpCode, enhancedCode: null, count, share: count, previous: 0, verdict: 'tooFew', hard, advice: null, example: null, documentation: null,
});

test('codes stand under their reason, and their counts are its parts', () => {
  const groups = reasonGroups([row('mailbox_full', 452, 3), row('recipient_unknown', 550, 8, true), row('mailbox_full', 552, 6),
    row('recipient_unknown', 550, 1)]);

  expect(groups.map(({ reason, hard, count }) => [reason, hard, count])).toEqual([
    ['mailbox_full', false, 9],
    ['recipient_unknown', true, 8],
    ['recipient_unknown', false, 1],
  ]);
  expect(groups[0]?.codes.map(({ smtpCode, count }) => [smtpCode, count])).toEqual([[552, 6], [452, 3]]);
});
