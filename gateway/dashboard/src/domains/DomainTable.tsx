import { Link } from 'wouter';
import type { ReactNode } from 'react';
import type { DomainRow } from '../api/types';
import { count, rate } from '../format/numbers';
import { Icon } from '../shell/Icon';
import { DataTable, type Column, type Sort } from '../table/DataTable';

const name = (search: string): Column<DomainRow> => ({
  key: 'domain',
  header: 'Domain',
  sortBy: (row) => row.domain,
  cell: (row) => (
    <span className="domain-name">
      <Link href={`/domains/${encodeURIComponent(row.domain)}${search}`}>{row.domain}</Link>
      {row.validated ? (
        <span className="tag" data-good>
          <Icon name="check" size={12} /> validated
        </span>
      ) : (
        <span className="tag">not validated</span>
      )}
    </span>
  ),
});

const number = (
  key: 'recipients' | 'delivered' | 'softBounces' | 'hardBounces' | 'bounces' | 'pending',
  header: string,
): Column<DomainRow> => ({ key, header, numeric: true, sortBy: (row) => row[key], cell: (row) => count(row[key]) });

/** The overview's table: soft and hard bounces apart. */
export const cumulativeColumns = (search: string): Column<DomainRow>[] => [
  name(search),
  number('recipients', 'Recipients'),
  number('delivered', 'Delivered'),
  number('softBounces', 'Soft bounces'),
  number('hardBounces', 'Hard bounces'),
];

/** The domain list's table: bounces in total. */
export const listColumns = (search: string): Column<DomainRow>[] => [
  name(search),
  number('recipients', 'Recipients'),
  number('delivered', 'Delivered'),
  number('bounces', 'Total bounces'),
  { key: 'deliveryRate', header: 'Delivery rate', numeric: true, sortBy: (row) => row.deliveryRate ?? -1, cell: (row) => rate(row.deliveryRate) },
  number('pending', 'Pending'),
];

export const DomainTable = (props: {
  label: string;
  columns: Column<DomainRow>[];
  rows: DomainRow[] | undefined;
  empty: ReactNode;
  sort?: Sort;
  onSort?: (sort: Sort) => void;
  expected?: number;
  stale?: boolean;
}) => <DataTable {...props} rowKey={(row) => row.domain} />;
