import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { ActivityTable } from '../activity/ActivityTable';
import { activitiesQuery, domainsQuery, overviewQuery, type Scope } from '../api/queries';
import { ActivityChart } from '../chart/ActivityChart';
import { UpdateButton } from '../collections/UpdateButton';
import { cumulativeColumns, DomainTable } from '../domains/DomainTable';
import { count } from '../format/numbers';
import { usePeriod, usePeriodSearch } from '../period/period';
import { PeriodPicker } from '../period/PeriodPicker';
import { useTimeZone } from '../shell/preferences';
import { NothingYet } from '../shell/NothingYet';
import { Empty, Failed, Panel } from '../shell/states';
import { Indicators } from './Indicators';

const domainsShown = 10;
const activitiesShown = 10;

export default function OverviewPage() {
  const [period] = usePeriod();
  const zone = useTimeZone();
  const scope: Scope = { period, timeZone: zone };
  const overview = useQuery(overviewQuery(scope));

  return (
    <>
      <div className="page-head">
        <h1>Overview</h1>
        <div className="page-tools">
          <PeriodPicker />
          <UpdateButton />
        </div>
      </div>
      <Indicators overview={overview} zone={zone} />
      <ActivityChart scope={scope} />
      <Domains scope={scope} />
      <LastActivities zone={zone} />
    </>
  );
}

function Domains({ scope }: { scope: Scope }) {
  const search = usePeriodSearch();
  const domains = useQuery(domainsQuery(scope, domainsShown));
  const rows = domains.data?.items;

  return (
    <Panel
      title="Domains"
      aside={
        <Link href={`/domains${search}`}>
          {domains.data && domains.data.total > domainsShown ? `All ${count(domains.data.total)} domains` : 'All domains'}
        </Link>
      }
    >
      {rows === undefined && domains.error ? (
        <Failed what="The domains" error={domains.error} retry={() => void domains.refetch()} />
      ) : (
        <DomainTable
          label="Domains"
          columns={cumulativeColumns(search)}
          rows={rows}
          stale={domains.isPlaceholderData}
          empty={<NothingYet />}
        />
      )}
    </Panel>
  );
}

function LastActivities({ zone }: { zone: string }) {
  const search = usePeriodSearch();
  const activities = useQuery(activitiesQuery({ limit: activitiesShown }));

  return (
    <Panel title="Last activities" aside={<Link href={`/activity${search}`}>Search all activities</Link>}>
      {activities.data === undefined && activities.error ? (
        <Failed what="The activities" error={activities.error} retry={() => void activities.refetch()} />
      ) : (
        <ActivityTable
          label="Last activities"
          rows={activities.data?.items}
          zone={zone}
          expected={activitiesShown}
          empty={<Empty title="No activity yet">The last ten deliveries, deferrals and bounces will appear here.</Empty>}
        />
      )}
    </Panel>
  );
}
