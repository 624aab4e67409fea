import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { latencyQuery, waitingQuery, type Scope } from '../api/queries';
import { asOf } from '../api/refresh';
import type { Latency, WaitingGroup } from '../api/types';
import { reasonName } from '../bounces/reasons';
import { generalAdvice } from '../bounces/advice';
import { DomainFilter } from '../domains/DomainFilter';
import { domainName } from '../format/idn';
import { count } from '../format/numbers';
import { dayAndTime } from '../format/times';
import { longDuration, receiverName } from '../incidents/incidentTexts';
import { OpenTag } from '../incidents/OpenTag';
import { t, tn } from '../language/language';
import { usePeriod } from '../period/period';
import { StatisticsHead } from '../period/StatisticsHead';
import { Help } from '../shell/Help';
import { Icon } from '../shell/Icon';
import { useTimeZone } from '../shell/preferences';
import { Empty, Failed, Panel } from '../shell/states';
import { useParam } from '../shell/urlState';
import type { Column } from '../table/DataTable';
import { RowTable } from '../table/RowTable';
import { LatencyChart } from './LatencyChart';
import { ReceiverTabs } from './ReceiverTabs';
import { seconds } from './seconds';

type By = 'provider' | 'domain';

/** What waits now, since when and why; beside it, how long mail takes that gets through. */
export default function WaitingPage() {
  const [period] = usePeriod();
  const zone = useTimeZone();
  const [byText, setBy] = useParam('by');
  const [domain] = useParam('domain');
  const by: By = byText === 'domain' ? 'domain' : 'provider';
  const scope: Scope = { period, timeZone: zone, domain: domain || undefined };
  const waiting = useQuery(waitingQuery(by, domain || undefined));
  const latency = useQuery(latencyQuery(scope, by));
  const now = asOf(waiting);
  const name = by === 'provider' ? t('Receiver') : t('Domain');

  return (
    <>
      <StatisticsHead
        title={
          <>
            <h1>{t('Waiting')}</h1>
            <ReceiverTabs />
          </>
        }
        period={latency.data?.period}
        filters={<DomainFilter scope={scope} />}
      />
      <Sentence items={waiting.data?.items} leftOpen={waiting.data?.leftOpen ?? 0} days={waiting.data?.leftOpenAfterDays ?? 0} now={now} />
      <Panel
        title={t('In the queues now')}
        sub={<Help topic="waiting">{t('accepted or deferred, without an end')}</Help>}
        aside={
          <SegmentedControl
            size="xs"
            aria-label={t('Told apart by')}
            data={[{ value: 'provider', label: t('By receiver') }, { value: 'domain', label: t('By domain') }]}
            value={by}
            onChange={(value) => setBy(value === 'domain' ? value : '')}
          />
        }
      >
        {waiting.data === undefined && waiting.error ? (
          <Failed what={t('What waits')} error={waiting.error} retry={() => void waiting.refetch()} />
        ) : (
          <RowTable
            name="waiting"
            label={t('In the queues now')}
            columns={waitingColumns(by, name, zone, now, latency.data?.items)}
            rows={waiting.data?.items}
            rowKey={(row) => row.provider ?? row.domain ?? ''}
            searchBy={(row) => row.provider ?? row.domain ?? ''}
            firstSort={{ key: 'waiting', descending: true }}
            expected={4}
            stale={waiting.isPlaceholderData}
            empty={
              <Empty title={t('Nothing waits')} icon="check">
                {t('Every recipient that was accepted has an end: delivered, or failed for good.')}
              </Empty>
            }
          />
        )}
      </Panel>
      <LatencyChart scope={scope} />
      <Panel title={t('Time to deliver')} sub={<Help topic="latency">{t('from acceptance to delivery, of what is delivered')}</Help>}>
        {latency.data === undefined && latency.error ? (
          <Failed what={t('The times')} error={latency.error} retry={() => void latency.refetch()} />
        ) : (
          <RowTable
            name="latency"
            label={t('Time to deliver')}
            columns={latencyColumns(by, name)}
            rows={latency.data?.items}
            rowKey={(row) => row.provider ?? row.domain ?? ''}
            searchBy={(row) => row.provider ?? row.domain ?? ''}
            firstSort={{ key: 'deliveries', descending: true }}
            stale={latency.isPlaceholderData}
            empty={
              <Empty title={t('Nothing delivered in this period')}>
                {t('Choose a longer period. Sources that tell only of deliveries say nothing of the time that they took.')}
              </Empty>
            }
          />
        )}
      </Panel>
    </>
  );
}

/** How many wait, since when the first, and whether a log was cut off. */
function Sentence({ items, leftOpen, days, now }: { items: WaitingGroup[] | undefined; leftOpen: number; days: number; now: number }) {
  if (items === undefined) {
    return (
      <div className="state" role="status" aria-label={t('Loading {what}', { what: t('what waits') })}>
        <Icon name="clock" size={20} />
        <p className="first">&nbsp;</p>
      </div>
    );
  }

  const sum = items.reduce((total, { waiting }) => total + waiting, 0);
  const oldest = items.reduce<number | null>((first, { oldestAcceptedAt }) => Math.min(first ?? Infinity, Date.parse(oldestAcceptedAt)), null);

  return (
    <section className="state" data-kind={sum === 0 ? undefined : 'calm'} aria-label={t('What waits')}>
      <Icon name={sum === 0 ? 'check' : 'clock'} size={20} />
      <div>
        <p className="first">
          <b>{sum === 0 ? t('Nothing waits.') : tn(sum, '{n} recipient waits.|{n} recipients wait.')}</b>{' '}
          {oldest === null ? null : t('The oldest was accepted {duration} ago.', { duration: longDuration(now - oldest) })}
        </p>
        {leftOpen === 0 ? null : (
          <p className="small">
            {tn(leftOpen, '{n} more has no end, and nothing was heard of it for {days} days: its log ends too early.|' +
              '{n} more have no end, and nothing was heard of them for {days} days: their logs end too early.', { days })}
          </p>
        )}
      </div>
    </section>
  );
}

const nameColumn = <Row extends { provider?: string | null; domain?: string | null }>(by: By, header: string): Column<Row> => ({
  key: by,
  header,
  sortBy: (row) => row[by] ?? '',
  cell: (row) => (
    <span className="domain-name">
      {by === 'domain' ? (
        <Link href={`/domains/${encodeURIComponent(row.domain ?? '')}`}>
          <bdi>{domainName(row.domain ?? '')}</bdi>
        </Link>
      ) : (
        <bdi>{receiverName(row.provider ?? '')}</bdi>
      )}
      <OpenTag {...(by === 'domain' ? { domain: row.domain ?? '' } : { provider: row.provider ?? '' })} />
    </span>
  ),
});

/** Next to what waits stands how long mail to the same place takes that gets through. */
const waitingColumns = (by: By, name: string, zone: string, now: number, times: Latency[] | undefined): Column<WaitingGroup>[] => {
  const timeOf = (row: WaitingGroup): Latency | undefined => times?.find((latency) => latency[by] === row[by]);

  return [
    nameColumn<WaitingGroup>(by, name),
    { key: 'waiting', header: t('Recipients that wait'), help: 'waiting', numeric: true, sortBy: (row) => row.waiting,
      cell: (row) => <b>{count(row.waiting)}</b> },
    {
      key: 'oldest',
      header: t('Oldest since'),
      fixed: true,
      sortBy: (row) => row.oldestAcceptedAt,
      cell: (row) => (
        <span className="stack">
          <time dateTime={row.oldestAcceptedAt}>{dayAndTime(row.oldestAcceptedAt, zone)}</time>
          <span className="small muted">{t('{duration} ago', { duration: longDuration(now - Date.parse(row.oldestAcceptedAt)) })}</span>
        </span>
      ),
    },
    {
      key: 'usual',
      header: t('Delivered: 9 of 10 within'),
    help: 'latency',
      numeric: true,
      sortBy: (row) => timeOf(row)?.p90Seconds ?? -1,
      cell: (row) => seconds(timeOf(row)?.p90Seconds),
    },
    {
      key: 'reason',
      header: t('Mostly because'),
      block: true,
      csv: (row) => (row.reason ? reasonName(row.reason) : ''),
      cell: (row) =>
        row.reason ? (
          <span className="stack">
            <span>{reasonName(row.reason)}</span>
            <span className="small muted">{generalAdvice(row.reason)}</span>
          </span>
        ) : (
          <span className="muted">{t('not tried yet')}</span>
        ),
    },
  ];
};

const latencyColumns = (by: By, name: string): Column<Latency>[] => [
  nameColumn<Latency>(by, name),
  { key: 'deliveries', header: t('Delivered'), numeric: true, sortBy: (row) => row.deliveries, cell: (row) => count(row.deliveries) },
  ...(
    [
      ['p50Seconds', t('Half within')],
      ['p90Seconds', t('9 of 10 within')],
      ['p95Seconds', t('95 of 100 within')],
      ['p99Seconds', t('99 of 100 within')],
    ] as const
  ).map(([key, header]): Column<Latency> => ({ key, header, help: 'latency', numeric: true, sortBy: (row) => row[key], cell: (row) => seconds(row[key]) })),
];

