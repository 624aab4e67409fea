import { NativeSelect } from '@mantine/core';
import type { DeliveryStatus } from '../api/types';
import { t } from '../language/language';
import { useParam } from '../shell/urlState';
import { statusLabel } from './StatusBadge';

/** One status or all of them, in the address. */
export function StatusFilter({ statuses }: { statuses: readonly DeliveryStatus[] }) {
  const [status, setStatus] = useParam('status');

  return (
    <NativeSelect
      size="xs"
      label={t('Status')}
      data={[{ value: '', label: t('All') }, ...statuses.map((value) => ({ value, label: statusLabel(value) }))]}
      value={status}
      onChange={(event) => setStatus(event.currentTarget.value)}
    />
  );
}
