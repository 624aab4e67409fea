import type { Key, ReactNode } from 'react';
import { useParam } from '../shell/urlState';
import { DataTable, sorted, type Column, type Sort } from './DataTable';
import { RowPager } from './Pager';
import { SearchBox } from './SearchBox';

const pageSize = 50;

/** A table of rows that are all here: sorted, searched and paged in the browser, all of it in the address. */
export function RowTable<Row>({ name, label, columns, rows, rowKey, searchBy, firstSort, empty, expected, stale }: {
  /** Tells this table's parameters in the address apart from another's on the same page. */
  name: string;
  label: string;
  columns: Column<Row>[];
  rows: Row[] | undefined;
  rowKey: (row: Row) => Key;
  searchBy?: (row: Row) => string;
  firstSort: Sort;
  empty: ReactNode;
  expected?: number;
  stale?: boolean;
}) {
  const [sortText, setSortText] = useParam(`${name}Sort`);
  const [search, setSearch] = useParam(`${name}Search`);
  const [pageText, setPage] = useParam(`${name}Page`);
  const sort = readSort(sortText, columns) ?? firstSort;

  const found =
    rows === undefined || searchBy === undefined || search === ''
      ? rows
      : rows.filter((row) => searchBy(row).toLowerCase().includes(search.trim().toLowerCase()));
  const ordered = found === undefined ? undefined : sorted(found, columns, sort);
  const pages = Math.max(1, Math.ceil((ordered?.length ?? 0) / pageSize));
  const here = Math.min(Math.max(1, Number.parseInt(pageText, 10) || 1), pages);

  return (
    <>
      {searchBy !== undefined && (rows?.length ?? 0) > 10 ? (
        <div className="filters">
          <SearchBox label={`Search ${label.toLowerCase()}`} placeholder="Part of a name" value={search} onSearch={setSearch} />
        </div>
      ) : null}
      <DataTable
        label={label}
        columns={columns}
        rows={ordered?.slice((here - 1) * pageSize, here * pageSize)}
        rowKey={rowKey}
        sort={sort}
        onSort={(next) => setSortText(`${next.descending ? '-' : ''}${next.key}`)}
        empty={rows !== undefined && rows.length > 0 ? <p className="muted nothing-found">Nothing matches “{search}”.</p> : empty}
        stale={stale ?? false}
        {...(expected === undefined ? {} : { expected })}
      />
      <RowPager label={label} total={ordered?.length ?? 0} size={pageSize} page={here} onPage={(page) => setPage(page === 1 ? '' : String(page))} />
    </>
  );
}

/** "-recipients": by recipients, most first. */
export function readSort<Row>(text: string, columns: Column<Row>[]): Sort | null {
  const descending = text.startsWith('-');
  const key = descending ? text.slice(1) : text;

  return columns.some((column) => column.key === key && column.sortBy !== undefined) ? { key, descending } : null;
}
