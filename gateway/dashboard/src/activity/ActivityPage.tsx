import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { activitiesQuery, scopeQuery } from '../api/queries';
import { usePeriod } from '../period/period';
import { PeriodPicker } from '../period/PeriodPicker';
import { useTimeZone } from '../shell/preferences';
import { Empty, Failed, NotFoundYet, Panel } from '../shell/states';
import { useParam } from '../shell/urlState';
import { CursorPager, usePage } from '../table/Pager';
import { SearchBox } from '../table/SearchBox';
import { ActivityTable } from './ActivityTable';
import { statusLabel } from './StatusBadge';

const statuses = ['accepted', 'deferred', 'delivered', 'softBounced', 'hardBounced', 'rejected', 'complained'] as const;

/** Everything that happened, searched. */
export default function ActivityPage() {
  const [period] = usePeriod();
  const zone = useTimeZone();
  const [search, setSearch] = useParam('search');
  const [status, setStatus] = useParam('status');
  const { cursor, limit } = usePage();
  const known = statuses.find((value) => value === status);
  const activities = useQuery(
    activitiesQuery({
      ...scopeQuery({ period, timeZone: zone }),
      ...(search === '' ? {} : { search }),
      ...(known === undefined ? {} : { status: [known] }),
      ...(cursor === undefined ? {} : { cursor }),
      limit,
    }),
  );
  const rows = activities.data?.items;

  return (
    <>
      <div className="page-head">
        <h1>Activity</h1>
        <PeriodPicker />
      </div>
      <Panel title="Activities">
        <div className="filters">
          <SearchBox label="Search" placeholder="Recipient, sender, subject or queue ID" value={search} onSearch={setSearch} />
          <NativeSelect
            size="xs"
            label="Status"
            data={[{ value: '', label: 'All' }, ...statuses.map((value) => ({ value, label: statusLabel(value) }))]}
            value={status}
            onChange={(event) => setStatus(event.currentTarget.value)}
          />
        </div>
        {rows === undefined && activities.error ? (
          <Failed what="The activities" error={activities.error} retry={() => void activities.refetch()} />
        ) : (
          <>
            <ActivityTable
              label="Activities"
              rows={rows}
              zone={zone}
              expected={12}
              stale={activities.isPlaceholderData}
              withQueueId
              empty={
                activities.data?.next ? (
                  <NotFoundYet />
                ) : (
                  <Empty title={search || status ? 'No activities match' : 'No activity in this period'} icon="search">
                    {search || status ? 'Try a part of the address, another status or a longer period.' : 'Choose a longer period.'}
                  </Empty>
                )
              }
            />
            <div className="table-foot">
              <p className="muted">Latest first.</p>
              <CursorPager label="activities" next={activities.isPlaceholderData ? undefined : activities.data?.next} shown={rows?.length ?? 0} />
            </div>
          </>
        )}
      </Panel>
    </>
  );
}
