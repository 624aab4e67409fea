import type { ProviderRow } from '../api/types';
import { OpenTag } from '../incidents/OpenTag';
import { t } from '../language/language';
import { outcomes } from '../domains/outcomes';
import type { Column } from '../table/DataTable';

/** The receiving providers: Gmail, Microsoft, Yahoo and so on. */
export const receiverColumns = (shown?: Parameters<typeof outcomes>[0]): Column<ProviderRow>[] => [
  { key: 'provider', header: t('Receiver'), sortBy: (row) => row.provider, cell: (row) => (
    <span className="domain-name">
      <bdi>{row.provider}</bdi>
      <OpenTag provider={row.provider} />
    </span>
  ) },
  ...outcomes<ProviderRow>(shown),
];
