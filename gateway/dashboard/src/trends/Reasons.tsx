import { reasonName } from '../bounces/reasons';
import { rateOf } from '../chart/attemptSlots';
import { count } from '../format/numbers';
import { t } from '../language/language';
import { Help } from '../shell/Help';
import { Empty, Panel } from '../shell/states';
import { useParam } from '../shell/urlState';
import type { Column } from '../table/DataTable';
import { RowTable } from '../table/RowTable';
import { Sparkline } from './Sparkline';
import type { ReasonTrend, State } from './trends';
import { Rated } from './Verdict';

const states: Record<State, string> = { new: t('new'), on: t('going on'), gone: t('gone') };

/** Why attempts failed: what is new, what goes on, what is gone. */
export function Reasons({ reasons, stale }: { reasons: ReasonTrend[] | undefined; stale: boolean }) {
  const [, setReason] = useParam('reason');
  const columns: Column<ReasonTrend>[] = [
    {
      key: 'reason',
      header: t('Reason'),
      sortBy: (row) => reasonName(row.reason),
      cell: (row) => (
        <button type="button" className="as-link" title={t('Show it in the chart')} onClick={() => setReason(row.reason)}>
          {reasonName(row.reason)}
        </button>
      ),
    },
    {
      key: 'state',
      header: t('State'),
      sortBy: (row) => states[row.state],
      cell: (row) => (
        <span className="tag" data-soft={row.state === 'new' || undefined} data-good={row.state === 'gone' || undefined}>
          {states[row.state]}
        </span>
      ),
    },
    { key: 'now', header: t('Attempts that failed'), help: 'attempts', numeric: true, sortBy: (row) => row.now, cell: (row) => count(row.now) },
    { key: 'before', header: t('Before'), numeric: true, sortBy: (row) => row.before, cell: (row) => count(row.before) },
    { key: 'final', header: t('Failed for good'), numeric: true, sortBy: (row) => row.final, cell: (row) => count(row.final) },
    { key: 'rate', header: t('Rate and change'), help: 'change', numeric: true, sortBy: (row) => rateOf(row.now, row.of) ?? 0,
      cell: (row) => <Rated of={row} /> },
    { key: 'course', header: t('Course'), cell: (row) => <Sparkline values={row.course} /> },
  ];

  return (
    <Panel title={t('Reasons')} sub={<Help topic="change">{t('compared with the period before, whether it is more than chance')}</Help>}>
      <RowTable
        name="reasons"
        label={t('Reasons')}
        columns={columns}
        rows={reasons}
        rowKey={(row) => row.reason}
        firstSort={{ key: 'now', descending: true }}
        stale={stale}
        empty={
          <Empty title={t('Nothing failed')} icon="check">
            {t('No attempt of this period or the one before was put off or refused.')}
          </Empty>
        }
      />
    </Panel>
  );
}
