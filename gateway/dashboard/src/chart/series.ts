import type { TimelinePoint } from '../api/types';
import { t } from '../language/language';

/** What recipients became, as the chart stacks them from the bottom: their sum is the recipients. */
export const series = [
  { key: 'delivered', label: t('Delivered'), said: t('delivered') },
  { key: 'pending', label: t('Pending'), said: t('pending') },
  { key: 'softBounces', label: t('Soft bounces'), said: t('soft bounces') },
  { key: 'hardBounces', label: t('Hard bounces'), said: t('hard bounces') },
] as const satisfies readonly { key: keyof TimelinePoint; label: string; said: string }[];

export type SeriesKey = (typeof series)[number]['key'];
