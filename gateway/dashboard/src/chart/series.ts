import type { TimelinePoint } from '../api/types';

/** The four lines of the activity chart. Each has a dash of its own: colour is never the only difference. */
export const series = [
  { key: 'recipients', label: 'Recipients', color: '--series-recipients', dash: [] },
  { key: 'delivered', label: 'Delivered', color: '--series-delivered', dash: [8, 4] },
  { key: 'softBounces', label: 'Soft bounces', color: '--series-soft', dash: [3, 3] },
  { key: 'hardBounces', label: 'Hard bounces', color: '--series-hard', dash: [10, 3, 2, 3] },
] as const satisfies readonly { key: keyof TimelinePoint; label: string; color: string; dash: readonly number[] }[];

export type SeriesKey = (typeof series)[number]['key'];
