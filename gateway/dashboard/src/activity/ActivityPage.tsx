import { useQuery } from '@tanstack/react-query';
import { activitiesQuery, scopeQuery } from '../api/queries';
import { UpdateButton } from '../collections/UpdateButton';
import { t } from '../language/language';
import { spanOf, usePeriod } from '../period/period';
import { PeriodPicker } from '../period/PeriodPicker';
import { useTimeZone } from '../shell/preferences';
import { Empty, Failed, NotFoundYet, PageHead, Panel } from '../shell/states';
import { useParam } from '../shell/urlState';
import { Chips } from '../table/Chips';
import { Download } from '../table/Download';
import { LatestFirst, usePage } from '../table/Pager';
import { SearchBox } from '../table/SearchBox';
import { activityKey, ActivityTable } from './ActivityTable';
import { NewRows } from './NewRows';
import { statusLabel } from './StatusBadge';
import { StatusFilter } from './StatusFilter';
import { useWaitingRows } from './useWaitingRows';

const statuses = ['accepted', 'deferred', 'delivered', 'softBounced', 'hardBounced', 'rejected', 'complained'] as const;

/** Everything that happened, searched. */
export default function ActivityPage() {
  const [period] = usePeriod();
  const zone = useTimeZone();
  const [search, setSearch] = useParam('search');
  const [status] = useParam('status');
  const { cursor, limit } = usePage();
  const known = statuses.find((value) => value === status);
  const filter = { ...scopeQuery({ period, timeZone: zone }), ...(search === '' ? {} : { search }), ...(known === undefined ? {} : { status: [known] }) };
  const question = { ...filter, ...(cursor === undefined ? {} : { cursor }), limit };
  const activities = useQuery(activitiesQuery(question));
  const { rows, waiting, show } = useWaitingRows(activities.data?.items, JSON.stringify(question), activityKey, !activities.isPlaceholderData);

  return (
    <>
      <PageHead title={<h1>{t('Activity')}</h1>} when={t('Everything that happened to your mail, latest first.')}>
        <PeriodPicker />
        <UpdateButton />
      </PageHead>
      <Panel
        title={t('Activities')}
        aside={
          <>
            <NewRows waiting={waiting} show={show} />
            <Download name="activities" query={{ ...filter, status: known }} span={() => spanOf(period)} parquet />
          </>
        }
      >
        <div className="filters">
          <SearchBox label={t('Search')} placeholder={t('Recipient, sender, subject or queue ID')} value={search} onSearch={setSearch} language />
          <StatusFilter statuses={statuses} />
        </div>
        <Chips
          chips={[
            { name: 'search', text: t('Search: {text}', { text: search }), on: search !== '' },
            { name: 'status', text: t('Status: {text}', { text: known === undefined ? '' : statusLabel(known) }), on: known !== undefined },
          ]}
        />
        {rows === undefined && activities.error ? (
          <Failed what={t('The activities')} error={activities.error} retry={() => void activities.refetch()} />
        ) : (
          <>
            <ActivityTable
              label={t('Activities')}
              rows={rows}
              zone={zone}
              expected={12}
              stale={activities.isPlaceholderData}
              withQueueId
              empty={
                activities.data?.next ? (
                  <NotFoundYet />
                ) : (
                  <Empty title={search || status ? t('No activities match') : t('No activity in this period')} icon="search">
                    {search || status ? t('Try a part of the address, another status or a longer period.') : t('Choose a longer period.')}
                  </Empty>
                )
              }
            />
            <LatestFirst label={t('activities')} next={activities.isPlaceholderData ? undefined : activities.data?.next} shown={rows?.length ?? 0} />
          </>
        )}
      </Panel>
    </>
  );
}
