import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { call, searchOf } from '../api/client';
import { domainsQuery, errorEventsQuery, reasonsQuery, scopeQuery, type ErrorEventFilter, type Scope } from '../api/queries';
import type { ErrorEvent } from '../api/types';
import { bytes, count } from '../format/numbers';
import { moment } from '../format/times';
import { Icon } from '../shell/Icon';
import { Empty, Failed, NotFoundYet, Panel } from '../shell/states';
import { useParam } from '../shell/urlState';
import { Address } from '../table/Address';
import { ChoiceOfMany } from '../table/ChoiceOfMany';
import { DataTable, sorted, type Column } from '../table/DataTable';
import { CursorPager, usePage } from '../table/Pager';
import { readSort } from '../table/RowTable';
import { SearchBox } from '../table/SearchBox';
import { StatusBadge } from '../activity/StatusBadge';
import { Linked } from './Linked';
import { reasonName } from './reasons';
import { SmtpCode } from './ReasonTable';

const statuses = [
  { value: 'hardBounced', label: 'Hard bounce' },
  { value: 'softBounced', label: 'Soft bounce' },
  { value: 'deferred', label: 'Deferred' },
  { value: 'rejected', label: 'Rejected' },
] as const;

const replyCode = /^[2-5]\d\d$/;

/** Every delivery that was deferred, bounced or rejected, with everything that is known about it. */
export function ErrorEvents({ scope }: { scope: Scope }) {
  const [search, setSearch] = useParam('search');
  const [status, setStatus] = useParam('status');
  const [reason, setReason] = useParam('reason');
  const [smtpCode, setSmtpCode] = useParam('smtpCode');
  const [unknown, setUnknown] = useParam('unknown');
  const [sortText, setSortText] = useParam('sort');
  const { cursor, limit } = usePage();

  const known = statuses.find(({ value }) => value === status)?.value;
  const filter = {
    ...scopeQuery(scope),
    ...(search === '' ? {} : { search }),
    ...(known === undefined ? {} : { status: [known] }),
    ...(reason === '' ? {} : { reason }),
    ...(replyCode.test(smtpCode) ? { smtpCode: Number(smtpCode) } : {}),
    ...(unknown === 'true' ? { unknownCode: true } : {}),
  };
  const events = useQuery(errorEventsQuery({ ...filter, ...(cursor === undefined ? {} : { cursor }), limit }));
  const columns = eventColumns(scope.timeZone);
  const sort = readSort(sortText, columns);
  const filtered = [search, status, reason, smtpCode, unknown, scope.domain ?? ''].some((value) => value !== '');
  const rows = events.data?.items;

  return (
    <Panel title="Outbound error events" aside={<Download filter={filter} />}>
      <div className="filters">
        <SearchBox label="Search" placeholder="Recipient, sender, reply or queue ID" value={search} onSearch={setSearch} />
        <DomainChoice scope={scope} />
        <NativeSelect
          size="xs"
          label="Status"
          data={[{ value: '', label: 'All' }, ...statuses]}
          value={status}
          onChange={(event) => setStatus(event.currentTarget.value)}
        />
        <ReasonChoice scope={scope} reason={reason} choose={setReason} />
        <TextInput
          size="xs"
          label="SMTP code"
          placeholder="550"
          inputMode="numeric"
          maxLength={3}
          className="code-input"
          value={smtpCode}
          error={smtpCode.length === 3 && !replyCode.test(smtpCode) ? '200 to 599' : undefined}
          onChange={(event) => setSmtpCode(event.currentTarget.value.replace(/\D/g, ''))}
        />
        <Checkbox
          size="xs"
          label="Unknown code only"
          checked={unknown === 'true'}
          onChange={(event) => setUnknown(event.currentTarget.checked ? 'true' : '')}
        />
      </div>
      {rows === undefined && events.error ? (
        <Failed what="The error events" error={events.error} retry={() => void events.refetch()} />
      ) : (
        <>
          <DataTable
            label="Outbound error events"
            columns={columns}
            rows={rows === undefined || sort === null ? rows : sorted(rows, columns, sort)}
            rowKey={(row, index) => `${row.queueId} ${row.to} ${row.occurredAt} ${index}`}
            sort={sort ?? undefined}
            onSort={(next) => setSortText(`${next.descending ? '-' : ''}${next.key}`)}
            expected={10}
            stale={events.isPlaceholderData}
            empty={
              events.data?.next ? (
                <NotFoundYet />
              ) : filtered ? (
                <Empty title="No error events match" icon="search">
                  Remove a filter or choose a longer period.
                </Empty>
              ) : (
                <Empty title="No error events in this period" icon="check">
                  Nothing was deferred, bounced or rejected.
                </Empty>
              )
            }
          />
          <div className="table-foot">
            <p className="muted">
              {sort === null || (rows?.length ?? 0) === 0 ? 'Latest attempt first.' : 'Sorted within this page.'}{' '}
              {sort === null ? null : (
                <button type="button" className="as-link" onClick={() => setSortText('')}>
                  Latest attempt first
                </button>
              )}
            </p>
            <CursorPager label="error events" next={events.isPlaceholderData ? undefined : events.data?.next} shown={rows?.length ?? 0} />
          </div>
        </>
      )}
    </Panel>
  );
}

/** The columns of the requirement, in its order. */
const eventColumns = (zone: string): Column<ErrorEvent>[] => [
  {
    key: 'occurredAt',
    header: 'Date/Time',
    fixed: true,
    sortBy: (row) => Date.parse(row.occurredAt),
    cell: (row) => (
      <span className="stack">
        <time dateTime={row.occurredAt}>{moment(row.occurredAt, zone)}</time>
        <StatusBadge status={row.status} />
      </span>
    ),
  },
  { key: 'queueId', header: 'Queue ID', fixed: true, sortBy: (row) => row.queueId ?? '', cell: (row) => (row.queueId ? <code>{row.queueId}</code> : '–') },
  { key: 'from', header: 'From', sortBy: (row) => row.from, cell: (row) => <Address value={row.from} /> },
  { key: 'fromDomain', header: 'From domain', sortBy: (row) => row.fromDomain, cell: (row) => row.fromDomain },
  { key: 'to', header: 'To', sortBy: (row) => row.to, cell: (row) => <Address value={row.to} /> },
  {
    key: 'smtpCode',
    header: 'SMTP code',
    fixed: true,
    sortBy: (row) => `${row.smtpCode ?? ''} ${row.enhancedCode ?? ''}`,
    cell: (row) => <SmtpCode code={row.smtpCode} enhanced={row.enhancedCode} />,
  },
  {
    key: 'advice',
    header: 'Advice',
    sortBy: (row) => row.reason,
    cell: (row) => (
      <span className="advice">
        <b>{reasonName(row.reason)}.</b> {row.advice}
      </span>
    ),
  },
  {
    key: 'detail',
    header: 'Detail',
    cell: (row) => (row.detail ? <Linked text={row.detail} documentation={row.documentation} /> : '–'),
  },
  {
    key: 'unknownCode',
    header: 'Unknown code',
    sortBy: (row) => Number(row.unknownCode),
    cell: (row) => (row.unknownCode ? <span className="tag" data-soft>yes</span> : 'no'),
  },
  {
    key: 'bytes',
    header: 'Bytes',
    numeric: true,
    sortBy: (row) => row.bytes ?? -1,
    cell: (row) => (row.bytes === null ? '–' : <span title={`${count(row.bytes)} bytes`}>{bytes(row.bytes)}</span>),
  },
  { key: 'retryCount', header: 'Retry count', numeric: true, sortBy: (row) => row.retryCount, cell: (row) => count(row.retryCount) },
  {
    key: 'lastTry',
    header: 'Last try',
    fixed: true,
    sortBy: (row) => Date.parse(row.lastTry),
    cell: (row) => <time dateTime={row.lastTry}>{moment(row.lastTry, zone)}</time>,
  },
  {
    key: 'spamScore',
    header: 'Spam score',
    numeric: true,
    sortBy: (row) => row.spamScore ?? -1000,
    cell: (row) => (row.spamScore === null ? '–' : row.spamScore.toFixed(1)),
  },
];

function DomainChoice({ scope }: { scope: Scope }) {
  const [domain, setDomain] = useParam('domain');
  const domains = useQuery(domainsQuery({ period: scope.period, timeZone: scope.timeZone }));
  const names = (domains.data?.items ?? []).map((row) => row.domain);

  return <ChoiceOfMany label="Domain" all="All" names={names} value={domain} onChoose={setDomain} />;
}

function ReasonChoice({ scope, reason, choose }: { scope: Scope; reason: string; choose: (reason: string) => void }) {
  const reasons = useQuery(reasonsQuery(scope, 200));
  const names = [...new Set([...(reason === '' ? [] : [reason]), ...(reasons.data?.items ?? []).map((item) => item.reason)])];
  names.sort((left, right) => reasonName(left).localeCompare(reasonName(right), 'en'));

  return (
    <NativeSelect
      size="xs"
      label="Reason"
      data={[{ value: '', label: 'All' }, ...names.map((name) => ({ value: name, label: reasonName(name) }))]}
      value={reason}
      onChange={(event) => choose(event.currentTarget.value)}
    />
  );
}

function Download({ filter }: { filter: ErrorEventFilter }) {
  const download = useMutation({
    mutationFn: async () => {
      const response = await call(`/v1/error-events.csv${searchOf({ ...filter, status: filter.status?.join() })}`);
      saveAs(await response.blob(), 'error-events.csv');
    },
  });

  return (
    <div className="panel-tools">
      {download.error ? <span role="alert" className="error-text">{download.error.message}</span> : null}
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<Icon name="download" size={14} />}
        loading={download.isPending}
        onClick={() => download.mutate()}
      >
        CSV
      </Button>
    </div>
  );
}

function saveAs(content: Blob, name: string): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
