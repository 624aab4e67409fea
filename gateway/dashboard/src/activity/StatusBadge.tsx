import type { DeliveryStatus } from '../api/types';
import { t } from '../language/language';
import { Icon, type IconName } from '../shell/Icon';

const looks: Record<DeliveryStatus, { label: string; icon: IconName }> = {
  delivered: { label: t('Delivered'), icon: 'check' },
  softBounced: { label: t('Soft bounce'), icon: 'softBounce' },
  hardBounced: { label: t('Hard bounce'), icon: 'hardBounce' },
  deferred: { label: t('Deferred'), icon: 'clock' },
  accepted: { label: t('Accepted'), icon: 'dot' },
  rejected: { label: t('Rejected'), icon: 'stop' },
  complained: { label: t('Complaint'), icon: 'flag' },
};

/** A status that this page is too old to know. */
const unknown: { label: string; icon: IconName } = { label: t('Unknown'), icon: 'level' };

export const statusLabel = (status: DeliveryStatus): string => (looks[status] ?? unknown).label;

/** A status by drawing, word and colour; the word may be left to those who do not see the drawing. */
export function StatusBadge({ status, brief = false }: { status: DeliveryStatus; brief?: boolean }) {
  const { label, icon } = looks[status] ?? unknown;

  return (
    <span className="status" data-status={status} title={brief ? label : undefined}>
      <Icon name={icon} size={14} />
      {brief ? <span className="hidden-text">{label}</span> : label}
    </span>
  );
}
