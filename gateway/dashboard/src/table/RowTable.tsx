import type { Key, ReactNode } from 'react';
import { count } from '../format/numbers';
import { t } from '../language/language';
import { useParam } from '../shell/urlState';
import { DataTable, sorted, type Column, type Sort } from './DataTable';
import { CsvButton } from './CsvButton';
import { RowPager } from './Pager';
import { SearchBox } from './SearchBox';

const pageSize = 50;

/** A table of rows that are all here: sorted, searched and paged in the browser, all of it in the address. */
export function RowTable<Row>({ name, label, columns, rows, rowKey, searchBy, firstSort, empty, expected, stale, groupOf, groupTitle }: {
  /** Tells this table's parameters in the address apart from another's on the same page. */
  name: string;
  label: string;
  columns: Column<Row>[];
  rows: Row[] | undefined;
  rowKey: (row: Row) => Key;
  searchBy?: (row: Row) => string;
  /** As they come where absent. */
  firstSort?: Sort;
  empty: ReactNode;
  expected?: number;
  stale?: boolean;
  /** Rows stand by group first: in the order of these. */
  groupOf?: { of: (row: Row) => string | null; order: readonly (string | null)[] };
  groupTitle?: (group: string) => ReactNode;
}) {
  const [sortText, setSortText] = useParam(`${name}Sort`);
  const [search, setSearch] = useParam(`${name}Search`);
  const [pageText, setPage] = useParam(`${name}Page`);
  const sort = readSort(sortText, columns) ?? firstSort;

  const found =
    rows === undefined || searchBy === undefined || search === ''
      ? rows
      : rows.filter((row) => searchBy(row).toLowerCase().includes(search.trim().toLowerCase()));
  const bySort = found === undefined || sort === undefined ? found : sorted(found, columns, sort);
  const ordered =
    bySort === undefined || groupOf === undefined
      ? bySort
      : groupOf.order.flatMap((group) => bySort.filter((row) => groupOf.of(row) === group));
  const pages = Math.max(1, Math.ceil((ordered?.length ?? 0) / pageSize));
  const here = Math.min(Math.max(1, Number.parseInt(pageText, 10) || 1), pages);

  return (
    <>
      {searchBy !== undefined && (rows?.length ?? 0) > 10 ? (
        <div className="filters">
          <SearchBox label={t('Search {what}', { what: label.toLowerCase() })} placeholder={t('Part of a name')} value={search} onSearch={setSearch} />
        </div>
      ) : null}
      <DataTable
        label={label}
        columns={columns}
        rows={ordered?.slice((here - 1) * pageSize, here * pageSize)}
        rowKey={rowKey}
        sort={sort}
        onSort={(next) => setSortText(`${next.descending ? '-' : ''}${next.key}`)}
        empty={rows !== undefined && rows.length > 0 ? <p className="muted nothing-found">{t('Nothing matches “{search}”.', { search })}</p> : empty}
        stale={stale ?? false}
        groupOf={groupOf?.of}
        groupTitle={groupTitle}
        {...(expected === undefined ? {} : { expected })}
      />
      {ordered === undefined || ordered.length === 0 ? null : (
        <div className="table-foot">
          {ordered.length > pageSize ? null : <p>{t('{n} in all', { n: count(ordered.length) })}</p>}
          <RowPager label={label} total={ordered.length} size={pageSize} page={here} onPage={(page) => setPage(page === 1 ? '' : String(page))} />
          <CsvButton name={name} columns={columns} rows={ordered} />
        </div>
      )}
    </>
  );
}

/** "-recipients": by recipients, most first. */
export function readSort<Row>(text: string, columns: Column<Row>[]): Sort | null {
  const descending = text.startsWith('-');
  const key = descending ? text.slice(1) : text;

  return columns.some((column) => column.key === key && column.sortBy !== undefined) ? { key, descending } : null;
}
