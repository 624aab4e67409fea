import type { MailboxRow } from '../api/types';
import { count, fineRate, rate } from '../format/numbers';
import { t, tn } from '../language/language';
import type { Topic } from '../shell/helpTexts';
import type { Column } from '../table/DataTable';

type Counts = Pick<MailboxRow, 'recipients' | 'delivered' | 'softBounces' | 'hardBounces' | 'pending'> & { bounces?: number };
type Outcomes = Counts & Pick<MailboxRow, 'deliveryRate' | 'complaints' | 'complaintRate'>;

const counts: Record<keyof Counts, { header: string; help: Topic }> = {
  recipients: { header: t('Recipients'), help: 'recipients' },
  delivered: { header: t('Delivered'), help: 'deliveryRate' },
  softBounces: { header: t('Soft bounces'), help: 'softBounceRate' },
  hardBounces: { header: t('Hard bounces'), help: 'hardBounceRate' },
  bounces: { header: t('Total bounces'), help: 'bounces' },
  pending: { header: t('Pending'), help: 'waiting' },
};

/** Recipients, what became of them as asked for, and the two rates: the same columns wherever something is counted by name. */
export const outcomes = <Row extends Outcomes>(
  shown: readonly (keyof Counts)[] = ['recipients', 'delivered', 'softBounces', 'hardBounces', 'pending'],
): Column<Row>[] => [
  ...shown.map((key): Column<Row> => ({ key, ...counts[key], numeric: true, sortBy: (row) => row[key] ?? 0, cell: (row) => count(row[key] ?? 0) })),
  {
    key: 'deliveryRate',
    header: t('Delivery rate'),
    help: 'deliveryRate',
    numeric: true,
    sortBy: (row) => row.deliveryRate ?? -1,
    csv: (row) => row.deliveryRate,
    cell: (row) => <b>{rate(row.deliveryRate)}</b>,
  },
  {
    key: 'complaintRate',
    header: t('Complaint rate'),
    help: 'complaintRate',
    numeric: true,
    sortBy: (row) => row.complaintRate ?? -1,
    csv: (row) => row.complaintRate,
    cell: (row) => <span title={tn(row.complaints, '{n} complaint|{n} complaints')}>{fineRate(row.complaintRate)}</span>,
  },
];
