import { Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Activity } from '../api/types';
import { reasonName } from '../bounces/reasons';
import { shortMoment } from '../format/times';
import { Address } from '../table/Address';
import { DataTable, type Column } from '../table/DataTable';
import { StatusBadge } from './StatusBadge';

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
  const columns: Column<Activity>[] = [
    { key: 'occurredAt', header: 'Time', fixed: true, cell: (row) => <time dateTime={row.occurredAt}>{shortMoment(row.occurredAt, zone)}</time> },
    { key: 'status', header: 'Status', fixed: true, cell: (row) => <StatusWithReason activity={row} /> },
    { key: 'recipient', header: 'Recipient', cell: (row) => <Address value={row.recipient} /> },
    { key: 'subject', header: 'Subject', cell: (row) => row.subject || <span className="muted">none given</span> },
    { key: 'sender', header: 'Sender', cell: (row) => <Address value={row.sender} /> },
    ...(withQueueId
      ? [{ key: 'queueId', header: 'Queue ID', fixed: true, cell: (row: Activity) => <code>{row.queueId ?? '–'}</code> }]
      : []),
  ];

  return (
    <DataTable
      label={label}
      columns={columns}
      rows={rows}
      rowKey={(row, index) => `${row.occurredAt} ${row.recipient} ${row.status} ${index}`}
      expected={expected}
      empty={empty}
      stale={stale ?? false}
    />
  );
}

function StatusWithReason({ activity }: { activity: Activity }) {
  if (!activity.reason) {
    return <StatusBadge status={activity.status} />;
  }

  const reason = reasonName(activity.reason);

  return (
    <Tooltip
      multiline
      w={300}
      withArrow
      events={{ hover: true, focus: true, touch: true }}
      label={
        <>
          <b>{reason}</b>
          <br />
          {activity.advice}
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
