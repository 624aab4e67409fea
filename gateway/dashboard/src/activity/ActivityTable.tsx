import { Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { Activity } from '../api/types';
import { adviceOf } from '../bounces/advice';
import { reasonName } from '../bounces/reasons';
import { fullMoment, recent } from '../format/times';
import { t } from '../language/language';
import { Copy } from '../shell/Copy';
import { Address } from '../table/Address';
import { DataTable, type Column } from '../table/DataTable';
import { StatusBadge, statusLabel } from './StatusBadge';

export const activityKey = (row: Activity): string => `${row.occurredAt} ${row.recipient} ${row.status} ${row.queueId ?? ''} ${row.subject ?? ''}`;

export const activityColumns = (zone: string, withQueueId: boolean): Column<Activity>[] => [
  {
    key: 'occurredAt',
    header: t('Time'),
    fixed: true,
    csv: (row) => row.occurredAt,
    cell: (row) => (
      <time dateTime={row.occurredAt} title={fullMoment(row.occurredAt, zone)}>
        {recent(row.occurredAt, zone)}
      </time>
    ),
  },
  { key: 'status', header: t('Status'), fixed: true, csv: (row) => statusLabel(row.status), cell: (row) => <StatusWithReason activity={row} /> },
  { key: 'recipient', header: t('Recipient'), csv: (row) => row.recipient, cell: (row) => <RecipientLink activity={row} /> },
  {
    key: 'subject',
    header: t('Subject'),
    clamp: true,
    block: true,
    csv: (row) => row.subject ?? null,
    cell: (row) => (row.subject ? <bdi title={row.subject}>{row.subject}</bdi> : <span className="muted">{t('(no subject)')}</span>),
  },
  { key: 'sender', header: t('Sender'), csv: (row) => row.sender, cell: (row) => <Address value={row.sender} /> },
  ...(withQueueId
    ? [
        {
          key: 'queueId',
          header: t('Queue ID'),
          fixed: true,
          csv: (row: Activity) => row.queueId ?? null,
          cell: (row: Activity) =>
            row.queueId ? (
              <>
                <code>{row.queueId}</code> <Copy value={row.queueId} what={t('the queue ID')} />
              </>
            ) : (
              '–'
            ),
        },
      ]
    : []),
];

/** Activities with time, status, recipient, subject and sender; why and what to do on hover and on focus. */
export function ActivityTable({ label, rows, zone, empty, expected, stale, withQueueId = false }: {
  label: string;
  rows: Activity[] | undefined;
  zone: string;
  empty: ReactNode;
  expected: number;
  stale?: boolean;
  withQueueId?: boolean;
}) {
  return (
    <DataTable
      label={label}
      columns={activityColumns(zone, withQueueId)}
      rows={rows}
      rowKey={(row, index) => `${activityKey(row)} ${index}`}
      expected={expected}
      empty={empty}
      stale={stale ?? false}
    />
  );
}

/** Leads to every attempt of the delivery. */
const RecipientLink = ({ activity }: { activity: Activity }) => (
  <Link href={`/activity/${activity.id}`}>
    <Address value={activity.recipient} />
  </Link>
);

function StatusWithReason({ activity }: { activity: Activity }) {
  if (!activity.reason) {
    return <StatusBadge status={activity.status} />;
  }

  const reason = reasonName(activity.reason);

  return (
    <Tooltip
      multiline
      w={320}
      withArrow
      events={{ hover: true, focus: true, touch: true }}
      label={
        <>
          <b>{reason}</b>
          <br />
          {adviceOf(activity.reason, activity.advice)}
        </>
      }
    >
      <button type="button" className="status-why">
        <StatusBadge status={activity.status} />
        <span className="why">{reason}</span>
      </button>
    </Tooltip>
  );
}
