import type { BounceReason } from '../api/types';

/** A reason with the codes that it was told with: their counts are its parts. */
export type ReasonGroup = { reason: string; hard: boolean; count: number; share: number; codes: BounceReason[] };

/** Rows of one reason and code each, by reason; most frequent first, and so are the codes. */
export function reasonGroups(rows: readonly BounceReason[]): ReasonGroup[] {
  const groups = new Map<string, ReasonGroup>();
  for (const row of rows) {
    const key = `${row.reason} ${row.hard}`;
    const group = groups.get(key) ?? { reason: row.reason, hard: row.hard, count: 0, share: 0, codes: [] };
    groups.set(key, { ...group, count: group.count + row.count, share: group.share + row.share, codes: [...group.codes, row] });
  }

  return [...groups.values()]
    .map((group) => ({ ...group, codes: group.codes.toSorted((left, right) => right.count - left.count) }))
    .sort((left, right) => right.count - left.count || left.reason.localeCompare(right.reason, 'en'));
}
