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

/**
 * Two numbers of rare things, of so many each. Given how many there were in all, each fell into one of the periods by the size of the
 * periods alone (exact binomial test): too few where even the most uneven split would be chance.
 */
export function compareFew(now: number, of: number, before: number, ofBefore: number): Verdict {
  const all = now + before;
  if (of < fewest || ofBefore < fewest) {
    return 'few';
  }
  if (all === 0) {
    return 'same';
  }
  if (all > mostExact) {
    return compareRates((now / of) * 100, of, (before / ofBefore) * 100, ofBefore);
  }

  const share = of / (of + ofBefore);
  if (Math.min(tail(all, all, share), tail(all, all, 1 - share)) > oneSided) {
    return 'few';
  }

  return tail(now, all, share) <= oneSided || tail(before, all, 1 - share) <= oneSided ? 'changed' : 'same';
}

// Beyond it the normal approximation is as good, and quicker.
const mostExact = 200;
const oneSided = 0.025;

/** The chance of at least `least` among `all` that each come with `share`. */
function tail(least: number, all: number, share: number): number {
  let term = (1 - share) ** all;
  let below = 0;
  for (let number = 0; number < least; number += 1) {
    below += term;
    term *= ((all - number) / (number + 1)) * (share / (1 - share));
  }

  return Math.max(0, 1 - below);
}
