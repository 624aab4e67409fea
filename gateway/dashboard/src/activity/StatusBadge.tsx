import type { DeliveryStatus } from '../api/types';
import { Icon, type IconName } from '../shell/Icon';

const looks: Record<DeliveryStatus, { label: string; icon: IconName }> = {
  delivered: { label: 'Delivered', icon: 'check' },
  softBounced: { label: 'Soft bounce', icon: 'softBounce' },
  hardBounced: { label: 'Hard bounce', icon: 'cross' },
  deferred: { label: 'Deferred', icon: 'clock' },
  accepted: { label: 'Accepted', icon: 'dot' },
  rejected: { label: 'Rejected', icon: 'stop' },
  complained: { label: 'Complaint', icon: 'flag' },
  unknown: { label: 'Unknown', icon: 'level' },
};

export const statusLabel = (status: DeliveryStatus): string => looks[status].label;

/** A status by word, drawing and colour. */
export function StatusBadge({ status }: { status: DeliveryStatus }) {
  const { label, icon } = looks[status] ?? looks.unknown;

  return (
    <span className="status" data-status={status}>
      <Icon name={icon} size={14} />
      {label}
    </span>
  );
}
