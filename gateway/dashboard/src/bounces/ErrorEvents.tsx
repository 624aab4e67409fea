import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useSearchParams } from 'wouter';
import { NewRows } from '../activity/NewRows';
import { useWaitingRows } from '../activity/useWaitingRows';
import { allErrorEventsQuery, errorEventsQuery, scopeQuery, type Scope } from '../api/queries';
import { t, tn } from '../language/language';
import { spanOf } from '../period/period';
import { Empty, Failed, NotFoundYet, Panel } from '../shell/states';
import { useParam } from '../shell/urlState';
import { DataTable, sorted } from '../table/DataTable';
import { Download } from '../table/Download';
import { CursorPager, RowPager, usePage } from '../table/Pager';
import { readSort } from '../table/RowTable';
import { ColumnChoice, useColumns } from './ColumnChoice';
import { eventColumns, eventKey } from './eventColumns';
import { EventDrawer } from './EventDrawer';
import { EventChips, EventFilters, readEventFilter } from './EventFilters';
import { EventTable } from './EventTable';

const panelId = 'error-events';
const rowsAPage = 50;

/** Moves to the events after a click on what they are counted by. */
export function showEvents(): void {
  window.requestAnimationFrame(() => {
    const panel = document.getElementById(panelId);
    panel?.scrollIntoView({ block: 'start' });
    panel?.focus({ preventScroll: true });
  });
}

/** Every delivery that was deferred, bounced or rejected, with everything that is known about it. */
export function ErrorEvents({ scope }: { scope: Scope }) {
  const [params] = useSearchParams();
  const [sortText, setSortText] = useParam('sort');
  const [pageText, setPage] = useParam('sortedPage');
  const { cursor, limit } = usePage();
  const all = useMemo(() => eventColumns(scope.timeZone), [scope.timeZone]);
  const { columns, hidden, setHidden } = useColumns(all);
  const filter = { ...scopeQuery(scope), ...readEventFilter(params) };
  const sort = readSort(sortText, all);

  // In another order than that of time the first page is only known when all rows are.
  const question = { ...filter, ...(cursor === undefined ? {} : { cursor }), limit };
  const pages = useQuery({ ...errorEventsQuery(question), enabled: sort === null });
  const whole = useQuery({ ...allErrorEventsQuery(filter), enabled: sort !== null });
  const events = sort === null ? pages : whole;
  const held = useWaitingRows(pages.data?.items, JSON.stringify(question), eventKey, !pages.isPlaceholderData);

  const ordered = sort === null || whole.data === undefined ? undefined : sorted(whole.data.items, all, sort);
  const page = Math.max(1, Math.min(Number.parseInt(pageText, 10) || 1, Math.ceil((ordered?.length ?? 0) / rowsAPage) || 1));
  const rows = sort === null ? held.rows : ordered?.slice((page - 1) * rowsAPage, page * rowsAPage);
  const filtered = Object.keys(readEventFilter(params)).length > 0;

  const [open, setOpen] = useState<string | null>(null);
  const place = rows?.findIndex((row) => eventKey(row) === open) ?? -1;
  useEffect(() => setOpen(null), [cursor, page]);
  const step = useCallback(
    (by: number): void => {
      const next = rows?.[place + by];
      if (next !== undefined) {
        setOpen(eventKey(next));
      }
    },
    [rows, place],
  );

  return (
    <div id={panelId} tabIndex={-1} className="events">
      <Panel
        title={t('Outbound error events')}
        sub={t('each rejected or undelivered message, with what to do')}
        aside={
          <>
            {sort === null ? <NewRows waiting={held.waiting} show={held.show} /> : null}
            <ColumnChoice all={all} hidden={hidden} setHidden={setHidden} />
            <Download name="error-events" query={{ ...filter, status: filter.status?.join() }} span={() => spanOf(scope.period)} parquet />
          </>
        }
      >
        <EventFilters scope={scope} />
        <EventChips />
        {rows === undefined && events.error ? (
          <Failed what={t('The error events')} error={events.error} retry={() => void events.refetch()} />
        ) : rows === undefined || rows.length === 0 ? (
          <DataTable
            label={t('Outbound error events')}
            columns={columns}
            rows={rows}
            rowKey={eventKey}
            expected={10}
            empty={
              pages.data?.next ? (
                <NotFoundYet />
              ) : filtered ? (
                <Empty title={t('No error events match')} icon="search">
                  {t('Remove a filter or choose a longer period.')}
                </Empty>
              ) : (
                <Empty title={t('No error events in this period')} icon="check">
                  {t('Nothing was deferred, bounced or rejected.')}
                </Empty>
              )
            }
          />
        ) : (
          <EventTable
            label={t('Outbound error events')}
            columns={columns}
            about={sort === null ? held.about : sortText}
            rows={rows}
            zone={scope.timeZone}
            sort={sort}
            onSort={(next) => setSortText(`${next.descending ? '-' : ''}${next.key}`)}
            open={open}
            onOpen={setOpen}
            stale={events.isPlaceholderData}
          />
        )}
        <div className="table-foot">
          <p>
            {sort === null
              ? t('Latest attempt first.')
              : whole.data?.complete === false
                ? tn(whole.data.items.length, 'Sorted among the latest {n} event: there are more.|Sorted among the latest {n} events: there are more.')
                : t('All events are sorted.')}{' '}
            {sort === null ? null : (
              <button type="button" className="as-link" onClick={() => setSortText('')}>
                {t('Latest attempt first')}
              </button>
            )}
          </p>
          {sort === null ? (
            <CursorPager label={t('error events')} next={pages.isPlaceholderData ? undefined : pages.data?.next} shown={rows?.length ?? 0} />
          ) : (
            <RowPager label={t('error events')} total={ordered?.length ?? 0} size={rowsAPage} page={page} onPage={(to) => setPage(to === 1 ? ''
              : String(to))} />
          )}
        </div>
      </Panel>
      <EventDrawer
        event={place < 0 ? undefined : rows?.[place]}
        zone={scope.timeZone}
        place={place}
        total={rows?.length ?? 0}
        onStep={step}
        onClose={() => setOpen(null)}
      />
    </div>
  );
}
