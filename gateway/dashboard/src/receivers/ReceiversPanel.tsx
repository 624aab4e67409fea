import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { providersQuery, type Scope } from '../api/queries';
import { t } from '../language/language';
import { Failed, Panel } from '../shell/states';
import { RowTable } from '../table/RowTable';
import { receiverColumns } from './receiverColumns';

/** What each receiving provider did with the mail. */
export function ReceiversPanel({ scope, empty }: { scope: Scope; empty: ReactNode }) {
  const providers = useQuery(providersQuery(scope));

  return (
    <Panel title={t('Receiving providers')} sub={t('by the servers that take the mail, whatever the address says')}>
      {providers.data === undefined && providers.error ? (
        <Failed what={t('The receivers')} error={providers.error} retry={() => void providers.refetch()} />
      ) : (
        <RowTable
          name="receivers"
          label={t('Receiving providers')}
          columns={receiverColumns()}
          rows={providers.data?.items}
          rowKey={(row) => row.provider}
          searchBy={(row) => row.provider}
          firstSort={{ key: 'recipients', descending: true }}
          expected={8}
          stale={providers.isPlaceholderData}
          empty={empty}
        />
      )}
    </Panel>
  );
}
