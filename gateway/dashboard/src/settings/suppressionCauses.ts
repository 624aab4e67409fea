import type { SuppressionItem } from '../api/types';
import { t } from '../language/language';

export type SuppressionCause = Exclude<SuppressionItem['cause'], 'unknown'>;

/** Why an address is on the list, in words. */
export const suppressionCauses: { value: SuppressionCause; label: string }[] = [
  { value: 'hardBounce', label: t('Hard bounce') },
  { value: 'complaint', label: t('Complaint') },
  { value: 'provider', label: t('The provider’s list') },
  { value: 'manual', label: t('Added by hand') },
  { value: 'import', label: t('Imported') },
];
