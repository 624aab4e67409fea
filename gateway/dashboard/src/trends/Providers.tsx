import type { Scope } from '../api/queries';
import { rateOf } from '../chart/attemptSlots';
import { count } from '../format/numbers';
import { receiverName } from '../incidents/incidentTexts';
import { OpenTag } from '../incidents/OpenTag';
import { t } from '../language/language';
import { Empty, Failed, Panel } from '../shell/states';
import { useParam } from '../shell/urlState';
import type { Column } from '../table/DataTable';
import { RowTable } from '../table/RowTable';
import { Sparkline } from './Sparkline';
import { providerTrends, type Compared, type ProviderTrend } from './trends';
import { useTrends } from './useTrends';
import { Rated } from './Verdict';

// An answer by the hour has a bounded number of points; the rest is told together.
const mostNamed = 20;

/** The rates of each receiver, with their change. */
export function Providers({ scope }: { scope: Scope }) {
  const trends = useTrends(scope, ['provider', 'outcome'], undefined, mostNamed);
  const [, setProvider] = useParam('provider');
  const rated = (key: 'deferred' | 'refused' | 'complained', header: string): Column<ProviderTrend> => ({
    key, header, help: key === 'complained' ? 'complaintRate' : 'trend', numeric: true,
    sortBy: (row) => share(row[key]), cell: (row) => <Rated of={row[key]} />,
  });
  const columns: Column<ProviderTrend>[] = [
    {
      key: 'provider',
      header: t('Receiver'),
      sortBy: (row) => row.provider,
      cell: (row) =>
        row.provider === 'other' ? t('all others') : (
          <span className="domain-name">
            <button type="button" className="as-link" onClick={() => setProvider(row.provider)}>
              <bdi>{receiverName(row.provider)}</bdi>
            </button>
            <OpenTag provider={row.provider} />
          </span>
        ),
    },
    { key: 'attempts', header: t('Attempts'), help: 'attempts', numeric: true, sortBy: (row) => row.attempts, cell: (row) => count(row.attempts) },
    rated('deferred', t('Deferral rate')),
    rated('refused', t('Bounce rate')),
    rated('complained', t('Complaint rate')),
    { key: 'course', header: t('Deferral rate over time'), cell: (row) => <Sparkline values={row.course} /> },
  ];

  return (
    <Panel title={t('Receivers')} sub={t('a click shows one alone')}>
      {trends.now === undefined && trends.error ? (
        <Failed what={t('The receivers')} error={trends.error} retry={trends.refetch} />
      ) : (
        <RowTable
          name="providers"
          label={t('Receivers')}
          columns={columns}
          rows={trends.now === undefined || trends.before === undefined ? undefined : providerTrends(trends.now, trends.before)}
          rowKey={(row) => row.provider}
          searchBy={(row) => row.provider}
          firstSort={{ key: 'attempts', descending: true }}
          stale={trends.stale}
          empty={<Empty title={t('No attempts in this period')} />}
        />
      )}
    </Panel>
  );
}

const share = ({ now, of }: Compared): number => rateOf(now, of) ?? -1;
