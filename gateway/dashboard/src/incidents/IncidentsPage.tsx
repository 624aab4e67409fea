import { NativeSelect, SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useSearchParams } from 'wouter';
import { answer, api } from '../api/client';
import { mostOfPage } from '../api/everyPage';
import { incidentsQuery, type IncidentFilter, type Scope } from '../api/queries';
import { asOf } from '../api/refresh';
import type { Incident } from '../api/types';
import { DomainFilter } from '../domains/DomainFilter';
import { domainName } from '../format/idn';
import { dayAndTime } from '../format/times';
import { t, tn } from '../language/language';
import { ReceiverFilter } from '../receivers/ReceiverFilter';
import { Help } from '../shell/Help';
import { useTimeZone } from '../shell/preferences';
import { Empty, Failed, PageHead, Panel, Placeholder } from '../shell/states';
import { useParam } from '../shell/urlState';
import { Chips } from '../table/Chips';
import type { CsvColumn } from '../table/csv';
import { CsvOfAll } from '../table/CsvOfAll';
import { DataTable, type Column } from '../table/DataTable';
import { LatestFirst, usePage } from '../table/Pager';
import { Curve } from './Curve';
import { kindName, kinds, headline, longDuration, place, receiverName, shareText, worstFirst } from './incidentTexts';
import { Mutes } from './Mutes';
import { OpenIncident } from './OpenIncident';

const lastMonth = { preset: 'last-30-days' } as const;

/** What is wrong now, and what was. */
export default function IncidentsPage() {
  const zone = useTimeZone();
  const [stateText, setState] = useParam('state');
  const [kindText, setKind] = useParam('kind');
  const [domain] = useParam('domain');
  const [provider] = useParam('provider');
  const kind = kinds.find((known) => known === kindText);
  const state = stateText === 'open' || stateText === 'past' ? stateText : 'all';
  const filter: IncidentFilter = {
    ...(kind === undefined ? {} : { kind }), ...(domain === '' ? {} : { domain }), ...(provider === '' ? {} : { provider }),
  };
  const choices: Scope = { period: lastMonth, timeZone: zone };

  return (
    <>
      <PageHead title={<h1>{t('Incidents')}</h1>} when={<Help topic="incident">{t('What changed, told by itself: there are no rules to write.')}</Help>}>
        <SegmentedControl
          size="xs"
          aria-label={t('State')}
          data={[{ value: 'all', label: t('All') }, { value: 'open', label: t('Open') }, { value: 'past', label: t('Past') }]}
          value={state}
          onChange={(value) => setState(value === 'all' ? '' : value)}
        />
        <NativeSelect
          size="xs"
          aria-label={t('Kind')}
          data={[{ value: '', label: t('All kinds') }, ...kinds.map((value) => ({ value, label: kindName(value) }))]}
          value={kind ?? ''}
          onChange={(event) => setKind(event.currentTarget.value)}
        />
        <DomainFilter scope={choices} />
        <ReceiverFilter scope={choices} />
      </PageHead>
      <Chips
        chips={[
          { name: 'kind', text: t('Kind: {text}', { text: kind === undefined ? '' : kindName(kind) }), on: kind !== undefined },
          { name: 'domain', text: t('Domain: {text}', { text: domainName(domain) }), on: domain !== '' },
          { name: 'provider', text: t('Receiver: {text}', { text: receiverName(provider) }), on: provider !== '' },
        ]}
      />
      {state === 'past' ? null : <Open filter={filter} zone={zone} />}
      {state === 'past' ? null : <Mutes zone={zone} />}
      {state === 'open' ? null : <Past filter={filter} zone={zone} />}
    </>
  );
}

function Open({ filter, zone }: { filter: IncidentFilter; zone: string }) {
  const open = useQuery(incidentsQuery({ ...filter, state: 'open', limit: 500 }));
  if (open.data === undefined) {
    return (
      <section className="panel" aria-label={t('Open incidents')}>
        {open.error ? <Failed what={t('The incidents')} error={open.error} retry={() => void open.refetch()} /> : (
          <Placeholder height={208} label={t('the incidents')} />
        )}
      </section>
    );
  }

  const now = asOf(open);
  const told = worstFirst(open.data.items, now);
  const muted = open.data.items.filter((incident) => !told.includes(incident));

  return (
    <>
      {told.length + muted.length > 0 ? null : (
        <section className="panel" aria-label={t('Open incidents')}>
          <Empty title={t('Nothing is wrong now')} icon="check">
            {t('Mail goes out as is usual for its domains, receivers and hours.')}
          </Empty>
        </section>
      )}
      {[...told, ...muted].map((incident) => (
        <OpenIncident key={incident.id} incident={incident} zone={zone} now={now} />
      ))}
    </>
  );
}

function Past({ filter, zone }: { filter: IncidentFilter; zone: string }) {
  const { cursor, limit } = usePage();
  const [params] = useSearchParams();
  const past = useQuery(incidentsQuery({ ...filter, state: 'closed', limit: params.has('size') ? limit : 20, ...(cursor === undefined ? {} : { cursor }) }));
  const page = (at: string | undefined) =>
    answer(api.GET('/v1/incidents', { params: { query: { ...filter, state: 'closed', limit: mostOfPage, ...(at === undefined ? {} : { cursor: at }) } } }));
  const now = asOf(past);
  const columns = pastColumns(zone, now);

  return (
    <Panel
      title={t('Past')}
      sub={t('closed by themselves when the rate was back')}
      aside={<CsvOfAll name="incidents" columns={csvColumns} ask={page} />}
    >
      {past.data === undefined && past.error ? (
        <Failed what={t('The incidents')} error={past.error} retry={() => void past.refetch()} />
      ) : (
        <>
          <DataTable
            label={t('Past incidents')}
            columns={columns}
            rows={past.data?.items}
            rowKey={(row) => row.id}
            stale={past.isPlaceholderData}
            empty={
              <Empty title={t('No past incidents')} icon="check">
                {t('What was wrong and is over is listed here, with its evidence.')}
              </Empty>
            }
          />
          <LatestFirst label={t('past incidents')} next={past.isPlaceholderData ? undefined : past.data?.next} shown={past.data?.items.length ?? 0} />
        </>
      )}
    </Panel>
  );
}

const pastColumns = (zone: string, now: number): Column<Incident>[] => [
  {
    key: 'what',
    header: t('What'),
    cell: (row) => (
      <Link href={`/incidents/${row.id}`}>
        <bdi>{headline(row)}</bdi>
      </Link>
    ),
  },
  {
    key: 'when',
    header: t('When'),
    fixed: true,
    cell: (row) => (
      <span className="stack">
        <time dateTime={row.startedAt}>{dayAndTime(row.startedAt, zone)}</time>
        <span className="small muted">
          {row.closedAt
            ? t('{duration}, to {time}', { duration: longDuration(Date.parse(row.closedAt) - Date.parse(row.startedAt)), time: dayAndTime(row.closedAt, zone) })
            : ''}
        </span>
      </span>
    ),
  },
  { key: 'kind', header: t('Kind'), cell: (row) => <span className="muted">{kindName(row.kind)}</span> },
  { key: 'where', header: t('Where'), cell: (row) => <bdi className="muted">{place(row)}</bdi> },
  {
    key: 'failed',
    header: t('What it cost'),
    numeric: true,
    cell: (row) => (row.kind === 'silence' ? t('no mail') : tn(row.failed, '{n} recipient failed|{n} recipients failed')),
  },
  {
    key: 'rate',
    header: t('First attempts that fail'),
    help: 'incident',
    numeric: true,
    cell: (row) => (row.kind === 'silence' ? '–' : shareText(row.rate)),
  },
  { key: 'curve', header: t('Rate then'), cell: (row) => <Curve incident={row} now={now} /> },
];

const csvColumns: CsvColumn<Incident>[] = [
  { key: 'what', header: t('What'), csv: headline },
  { key: 'started', header: t('Started'), csv: (row) => row.startedAt },
  { key: 'ended', header: t('Ended'), csv: (row) => row.closedAt ?? '' },
  { key: 'kind', header: t('Kind'), csv: (row) => kindName(row.kind) },
  { key: 'domain', header: t('Domain'), csv: (row) => row.domain ?? '' },
  { key: 'provider', header: t('Receiver'), csv: (row) => row.provider ?? '' },
  { key: 'failed', header: t('Recipients failed'), csv: (row) => row.failed },
  { key: 'rate', header: t('First attempts that fail'), csv: (row) => row.rate },
];
