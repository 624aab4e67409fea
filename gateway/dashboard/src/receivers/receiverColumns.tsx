import type { ProviderRow } from '../api/types';
import { t } from '../language/language';
import { outcomes } from '../domains/outcomes';
import type { Column } from '../table/DataTable';

/** The receiving providers: Gmail, Microsoft, Yahoo and so on. */
export const receiverColumns = (): Column<ProviderRow>[] => [
  { key: 'provider', header: t('Receiver'), sortBy: (row) => row.provider, cell: (row) => <bdi>{row.provider}</bdi> },
  ...outcomes<ProviderRow>(),
];
