import { Link } from 'wouter';
import { useSearchParams } from 'wouter';
import type { BounceReason } from '../api/types';
import { count, percent } from '../format/numbers';
import { readPeriod, writePeriod } from '../period/period';
import { Empty } from '../shell/states';
import { DataTable, type Column } from '../table/DataTable';
import { Linked } from './Linked';
import { reasonName } from './reasons';

/** The most frequent causes of failure with codes, advice and an example; each leads to its error events. */
export function ReasonTable({ rows, stale, domain, brief = false }: {
  rows: BounceReason[] | undefined;
  stale: boolean;
  domain?: string | undefined;
  brief?: boolean;
}) {
  const [params] = useSearchParams();

  const eventsOf = (row: BounceReason): string => {
    const search = writePeriod(new URLSearchParams(), readPeriod(params));
    search.set('reason', row.reason);
    if (row.smtpCode !== null && row.smtpCode !== undefined) {
      search.set('smtpCode', String(row.smtpCode));
    }
    if (domain !== undefined) {
      search.set('domain', domain);
    }

    return `/bounces?${search.toString()}`;
  };

  const columns: Column<BounceReason>[] = [
    {
      key: 'reason',
      header: 'Reason',
      cell: (row) => (
        <span className="domain-name">
          <Link href={eventsOf(row)}>{reasonName(row.reason)}</Link>
          <HardTag hard={row.hard} />
        </span>
      ),
    },
    { key: 'code', header: 'SMTP code', fixed: true, cell: (row) => <SmtpCode code={row.smtpCode} enhanced={row.enhancedCode} /> },
    { key: 'count', header: 'Bounces', numeric: true, cell: (row) => count(row.count) },
    { key: 'share', header: 'Share', numeric: true, cell: (row) => percent(row.share) },
    { key: 'advice', header: 'Advice', cell: (row) => row.advice ?? <span className="muted">No example is left</span> },
    ...(brief
      ? []
      : [
          {
            key: 'example',
            header: 'Example',
            cell: (row: BounceReason) =>
              row.example === null ? '–' : <Linked text={row.example} documentation={row.documentation} />,
          },
        ]),
  ];

  return (
    <>
      <DataTable
        label="Top bounce reasons"
        columns={columns}
        rows={rows}
        rowKey={(row) => `${row.reason} ${row.smtpCode} ${row.enhancedCode} ${row.hard}`}
        stale={stale}
        empty={<Empty title="No bounces in this period" icon="check">Every message whose outcome is known was delivered.</Empty>}
      />
      {rows === undefined || rows.length === 0 ? null : (
        <p className="muted table-note">{brief ? 'Advice is that' : 'Advice and example are those'} of the latest such bounce.</p>
      )}
    </>
  );
}

export const HardTag = ({ hard }: { hard: boolean }) =>
  hard ? <span className="tag" data-bad>hard</span> : <span className="tag" data-soft>soft</span>;

/** 550 5.7.26 */
export const SmtpCode = ({ code, enhanced }: { code?: number | null | undefined; enhanced?: string | null | undefined }) => {
  const text = [code, enhanced].filter((part) => part !== null && part !== undefined).join(' ');

  return text === '' ? <span className="muted">no reply</span> : <code>{text}</code>;
};
