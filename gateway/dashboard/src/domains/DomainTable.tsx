import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { DomainRow } from '../api/types';
import { domainName } from '../format/idn';
import { OpenTag } from '../incidents/OpenTag';
import { t } from '../language/language';
import { Icon } from '../shell/Icon';
import { Domain } from '../table/Address';
import { DataTable, type Column, type Sort } from '../table/DataTable';
import { outcomes } from './outcomes';

/** Validated domains come first; the others stand below their own line. */
export const domainGroups = { of: (row: DomainRow): string | null => (row.validated ? null : 'others'), order: [null, 'others'] } as const;

export const GroupTitle = () => (
  <>
    {t('Not validated yet:')} <Link href="/settings/domains">{t('add one DNS record')}</Link> {t('and it joins the list above')}
  </>
);

const name = (search: string): Column<DomainRow> => ({
  key: 'domain',
  header: t('Domain'),
  sortBy: (row) => domainName(row.domain),
  csv: (row) => row.domain,
  cell: (row) => (
    <span className="domain-name">
      <Link
        href={`/domains/${encodeURIComponent(row.domain)}${search}`}
        className="graph-link"
        aria-label={t('Statistics of {domain}', { domain: domainName(row.domain) })}
        title={t('Statistics of {domain}', { domain: domainName(row.domain) })}
      >
        <Icon name="chart" size={14} />
      </Link>
      <Link href={`/domains/${encodeURIComponent(row.domain)}${search}`}>
        <Domain value={row.domain} />
      </Link>
      <OpenTag domain={row.domain} />
    </span>
  ),
});

/** The overview's table: soft and hard bounces apart. */
export const cumulativeColumns = (search: string): Column<DomainRow>[] => [
  name(search), ...outcomes<DomainRow>(['recipients', 'delivered', 'softBounces', 'hardBounces']),
];

/** The domain list's table: bounces in total. */
export const listColumns = (search: string): Column<DomainRow>[] => [
  name(search), ...outcomes<DomainRow>(['recipients', 'delivered', 'bounces', 'pending']),
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
}) => <DataTable {...props} rowKey={(row) => row.domain} groupOf={domainGroups.of} groupTitle={() => <GroupTitle />} />;
