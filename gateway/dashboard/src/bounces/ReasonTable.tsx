import { useSearchParams, Link, useLocation } from 'wouter';
import type { BounceReason } from '../api/types';
import { count, percent } from '../format/numbers';
import { t } from '../language/language';
import { readPeriod, writePeriod } from '../period/period';
import { Icon } from '../shell/Icon';
import { Empty } from '../shell/states';
import { CsvButton } from '../table/CsvButton';
import { DataTable, type Column } from '../table/DataTable';
import { generalAdvice } from './advice';
import { showEvents } from './ErrorEvents';
import { reasonName } from './reasons';
import { reasonGroups, type ReasonGroup } from './reasonGroups';

const groupsShown = 12;

/**
 * The most frequent causes of failure; the codes of each stand under it as parts. Every number opens exactly the events that it
 * counts: those of mail that was accepted in the period and failed for good.
 */
export function ReasonTable({ rows, stale }: { rows: BounceReason[] | undefined; stale: boolean }) {
  const [params] = useSearchParams();
  const [location] = useLocation();

  const eventsOf = (group: ReasonGroup, code?: BounceReason): string => {
    const search = writePeriod(new URLSearchParams(), readPeriod(params));
    for (const kept of ['domain', 'mailbox', 'view', 'interval']) {
      const value = params.get(kept);
      if (value !== null) {
        search.set(kept, value);
      }
    }
    search.set('reason', group.reason);
    search.set('status', group.hard ? 'hardBounced' : 'softBounced');
    search.set('periodOf', 'acceptance');
    if (code !== undefined) {
      search.set('smtpCode', code.smtpCode === null ? 'none' : String(code.smtpCode));
      search.set('enhancedCode', code.enhancedCode ?? 'none');
    }

    return `${location}?${search.toString()}`;
  };

  const groups = rows === undefined ? undefined : reasonGroups(rows);
  const columns: Column<ReasonGroup>[] = [
    {
      key: 'reason',
      header: t('Reason'),
      csv: (row) => reasonName(row.reason),
      cell: (row) => (
        <span className="status" data-status={row.hard ? 'hardBounced' : 'softBounced'}>
          <Icon name={row.hard ? 'hardBounce' : 'softBounce'} size={14} />
          <Link href={eventsOf(row)} onClick={showEvents}>
            {reasonName(row.reason)}
          </Link>
          <HardTag hard={row.hard} />
        </span>
      ),
    },
    {
      key: 'code',
      header: t('SMTP code'),
      help: 'smtpCode',
      block: true,
      csv: (row) => row.codes.map((code) => `${code.smtpCode ?? ''} ${code.enhancedCode ?? ''}: ${code.count}`.trim()).join('; '),
      cell: (row) => (
        <span className="parts">
          {row.codes.map((code) => (
            <Link
              key={`${code.smtpCode} ${code.enhancedCode}`}
              href={eventsOf(row, code)}
              onClick={showEvents}
              aria-label={t('{code}: {n} events', { code: codeText(code.smtpCode, code.enhancedCode), n: code.count })}
            >
              <SmtpCode code={code.smtpCode} enhanced={code.enhancedCode} /> <span data-part>{count(code.count)}</span>
            </Link>
          ))}
        </span>
      ),
    },
    { key: 'count', header: t('Bounces'), help: 'bounces', numeric: true, csv: (row) => row.count, cell: (row) => count(row.count) },
    {
      key: 'share',
      header: t('Share'),
      help: 'share',
      numeric: true,
      csv: (row) => row.share,
      cell: (row) => (
        <>
          <span className="share" data-hard={row.hard || undefined} aria-hidden="true">
            <i style={{ width: `${Math.min(100, row.share)}%` }} />
          </span>{' '}
          {percent(row.share)}
        </>
      ),
    },
    {
      key: 'advice',
      header: t('Advice'),
      block: true,
      csv: (row) => generalAdvice(row.reason),
      cell: (row) => <span className="small muted">{generalAdvice(row.reason)}</span>,
    },
  ];

  return (
    <>
      <DataTable
        label={t('Top bounce reasons')}
        columns={columns}
        rows={groups?.slice(0, groupsShown)}
        rowKey={(row) => `${row.reason} ${row.hard}`}
        stale={stale}
        empty={
          <Empty title={t('No bounces in this period')} icon="check">
            {t('Every message whose outcome is known was delivered.')}
          </Empty>
        }
      />
      {groups === undefined || groups.length === 0 ? null : (
        <div className="table-foot">
          <span>{t('Each number opens its events.')}</span>
          <CsvButton name="bounce-reasons" columns={columns} rows={groups} />
        </div>
      )}
    </>
  );
}

export const HardTag = ({ hard }: { hard: boolean }) =>
  hard ? (
    <span className="tag" data-bad>
      {t('hard')}
    </span>
  ) : (
    <span className="tag" data-soft>
      {t('soft')}
    </span>
  );

/** 550 5.7.26 */
export const SmtpCode = ({ code, enhanced }: { code?: number | null | undefined; enhanced?: string | null | undefined }) => {
  const text = [code, enhanced].filter((part) => part !== null && part !== undefined).join(' ');

  return text === '' ? <span className="muted">{t('no reply')}</span> : <code>{text}</code>;
};

const codeText = (code: number | null, enhanced: string | null): string => [code, enhanced].filter(Boolean).join(' ') || t('no reply');
