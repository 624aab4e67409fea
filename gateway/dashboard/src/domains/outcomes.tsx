import type { MailboxRow } from '../api/types';
import { count, fineRate, rate } from '../format/numbers';
import { t, tn } from '../language/language';
import type { Column } from '../table/DataTable';

type Outcomes = Pick<MailboxRow, 'recipients' | 'delivered' | 'softBounces' | 'hardBounces' | 'pending' | 'deliveryRate' | 'complaints' | 'complaintRate'>;

/** Recipients and what became of them: the same columns wherever something is counted by name. */
export const outcomes = <Row extends Outcomes>(): Column<Row>[] => [
  number('recipients', t('Recipients')),
  number('delivered', t('Delivered')),
  number('softBounces', t('Soft bounces')),
  number('hardBounces', t('Hard bounces')),
  number('pending', t('Pending')),
  {
    key: 'deliveryRate',
    header: t('Delivery rate'),
    numeric: true,
    sortBy: (row) => row.deliveryRate ?? -1,
    csv: (row) => row.deliveryRate,
    cell: (row) => <b>{rate(row.deliveryRate)}</b>,
  },
  complaintRate(),
];

/** Complaints in percent of what was delivered, with their number behind it. */
export const complaintRate = <Row extends Pick<Outcomes, 'complaints' | 'complaintRate'>>(): Column<Row> => ({
  key: 'complaintRate',
  header: t('Complaint rate'),
  numeric: true,
  sortBy: (row) => row.complaintRate ?? -1,
  csv: (row) => row.complaintRate,
  cell: (row) => <span title={tn(row.complaints, '{n} complaint|{n} complaints')}>{fineRate(row.complaintRate)}</span>,
});

const number = <Row extends Outcomes>(
  key: 'recipients' | 'delivered' | 'softBounces' | 'hardBounces' | 'pending',
  header: string,
): Column<Row> => ({ key, header, numeric: true, sortBy: (row) => row[key], cell: (row) => count(row[key]) });
