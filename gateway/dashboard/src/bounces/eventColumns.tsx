import type { ErrorEvent } from '../api/types';
import { StatusBadge } from '../activity/StatusBadge';
import { count } from '../format/numbers';
import { fullMoment, moment, recent } from '../format/times';
import { t } from '../language/language';
import { Address, Domain } from '../table/Address';
import type { Column } from '../table/DataTable';
import { adviceOf } from './advice';
import { reasonName } from './reasons';
import { SmtpCode } from './ReasonTable';

export type EventColumn = Column<ErrorEvent> & {
  /** Pixels; what is left goes to those without. */
  width?: number;
  /** The same where times are told with their year. */
  yearWidth?: number;
  /** Stands on paper too. */
  onPaper?: boolean;
  /** Stays in view while the others are scrolled. */
  pinned?: boolean;
};

/** The columns of the requirement, in its order; time and recipient stay in view. */
export const eventColumns = (zone: string): EventColumn[] => [
  {
    key: 'occurredAt',
    header: t('Date/Time'),
    width: 152,
    yearWidth: 182,
    pinned: true,
    onPaper: true,
    sortBy: (row) => Date.parse(row.occurredAt),
    cell: (row) => (
      <>
        <StatusBadge status={row.status} brief />{' '}
        <time dateTime={row.occurredAt} title={fullMoment(row.occurredAt, zone)}>
          {moment(row.occurredAt, zone)}
        </time>
      </>
    ),
  },
  { key: 'queueId', header: t('Queue ID'), help: 'queueId', width: 94, sortBy: (row) => row.queueId ?? '', cell: (row) => (row.queueId
    ? <code title={row.queueId}>{row.queueId}</code> : '–') },
  { key: 'from', header: t('From'), width: 108, onPaper: true, sortBy: (row) => row.from, cell: (row) => <Address value={row.from} /> },
  { key: 'fromDomain', header: t('From domain'), width: 84, sortBy: (row) => row.fromDomain, cell: (row) => <Domain value={row.fromDomain} /> },
  { key: 'to', header: t('To'), width: 144, pinned: true, onPaper: true, sortBy: (row) => row.to, cell: (row) => <Address value={row.to} /> },
  {
    key: 'smtpCode',
    header: t('SMTP code'),
    help: 'smtpCode',
    onPaper: true,
    width: 84,
    sortBy: (row) => `${row.smtpCode ?? ''} ${row.enhancedCode ?? ''}`,
    cell: (row) => <SmtpCode code={row.smtpCode} enhanced={row.enhancedCode} />,
  },
  {
    key: 'advice',
    header: t('Advice'),
    onPaper: true,
    sortBy: (row) => reasonName(row.reason),
    cell: (row) => (
      <span title={adviceOf(row.reason, row.advice)}>
        <b>{reasonName(row.reason)}.</b> {adviceOf(row.reason, row.advice)}
      </span>
    ),
  },
  {
    key: 'detail',
    header: t('Detail'),
    onPaper: true,
    sortBy: (row) => row.detail ?? '',
    cell: (row) => (row.detail ? <bdi className="mono" title={row.detail}>{row.detail}</bdi> : '–'),
  },
  {
    key: 'unknownCode',
    header: t('Unknown code'),
    help: 'unknownCode',
    width: 86,
    sortBy: (row) => Number(row.unknownCode),
    cell: (row) => (row.unknownCode ? <b className="slow">{t('yes')}</b> : <span className="muted">{t('no')}</span>),
  },
  { key: 'bytes', header: t('Bytes'), width: 86, numeric: true, sortBy: (row) => row.bytes ?? -1, cell: (row) => (row.bytes === null ? '–'
    : count(row.bytes)) },
  { key: 'retryCount', header: t('Retry count'), help: 'retryCount', width: 66, numeric: true, sortBy: (row) => row.retryCount,
    cell: (row) => count(row.retryCount) },
  {
    key: 'lastTry',
    header: t('Last try'),
    help: 'lastTry',
    width: 126,
    yearWidth: 158,
    sortBy: (row) => Date.parse(row.lastTry),
    cell: (row) => (
      <time dateTime={row.lastTry} title={fullMoment(row.lastTry, zone)}>
        {recent(row.lastTry, zone)}
      </time>
    ),
  },
  {
    key: 'spamScore',
    header: t('Spam score'),
    help: 'spamScore',
    width: 74,
    numeric: true,
    sortBy: (row) => row.spamScore ?? -1000,
    cell: (row) => (row.spamScore === null ? '–' : row.spamScore.toFixed(1)),
  },
];

export const eventKey = (row: ErrorEvent): string => `${row.queueId} ${row.to} ${row.occurredAt} ${row.smtpCode} ${row.from}`;
