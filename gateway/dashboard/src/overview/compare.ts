/** What a change means. Chance alone moves every number: a difference that it explains is no change. */
export type Verdict = 'few' | 'same' | 'changed';

// Below this many recipients in either period a rate says nothing about another.
const fewest = 30;
// Nineteen of twenty differences by chance are smaller (95 %, two-sided).
const beyondChance = 1.96;

/** Two counts of the same span, as Poisson numbers. */
export function compareCounts(now: number, before: number): Verdict {
  if (now + before < fewest) {
    return 'few';
  }

  return Math.abs(now - before) > beyondChance * Math.sqrt(now + before) ? 'changed' : 'same';
}

/** Two rates in percent of so many recipients each (two-proportion z-test). */
export function compareRates(now: number | null, recipients: number, before: number | null, recipientsBefore: number): Verdict {
  if (now === null || before === null || recipients < fewest || recipientsBefore < fewest) {
    return 'few';
  }

  const pooled = (now * recipients + before * recipientsBefore) / (recipients + recipientsBefore) / 100;
  const spread = Math.sqrt(pooled * (1 - pooled) * (1 / recipients + 1 / recipientsBefore));

  return Math.abs(now - before) / 100 > beyondChance * spread ? 'changed' : 'same';
}
