import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { activityColumns, activityKey, ActivityTable } from '../activity/ActivityTable';
import { NewRows } from '../activity/NewRows';
import { mostCounted, useWaitingRows } from '../activity/useWaitingRows';
import { activitiesQuery, domainsQuery, overviewQuery, providersQuery, type Scope } from '../api/queries';
import { ActivityChart } from '../chart/ActivityChart';
import { cumulativeColumns, DomainTable } from '../domains/DomainTable';
import { count } from '../format/numbers';
import { IncidentStrip } from '../incidents/IncidentStrip';
import { t } from '../language/language';
import { usePeriod, usePeriodSearch } from '../period/period';
import { StatisticsHead } from '../period/StatisticsHead';
import { receiverColumns } from '../receivers/receiverColumns';
import { useTimeZone } from '../shell/preferences';
import { NothingYet } from '../shell/NothingYet';
import { Empty, Failed, Panel } from '../shell/states';
import { CsvButton } from '../table/CsvButton';
import { DataTable, type Column } from '../table/DataTable';
import { FirstSteps } from './FirstSteps';
import { Indicators } from './Indicators';

const domainsShown = 10;
const receiversShown = 8;
const activitiesShown = 10;

export default function OverviewPage() {
  const [period] = usePeriod();
  const zone = useTimeZone();
  const scope: Scope = { period, timeZone: zone };
  const overview = useQuery(overviewQuery(scope));
  const activities = useQuery(activitiesQuery({ limit: mostCounted }));
  const never = overview.data?.recipients.value === 0 && activities.data?.items.length === 0;

  return (
    <>
      <StatisticsHead title={<h1>{t('Overview')}</h1>} period={overview.data?.period} />
      {never ? <FirstSteps /> : <IncidentStrip scope={scope} />}
      <Indicators overview={overview} scope={scope} />
      {never ? null : (
        <>
          <ActivityChart scope={scope} />
          <div className="two">
            <Domains scope={scope} />
            <Receivers scope={scope} />
          </div>
        </>
      )}
      <LastActivities zone={zone} />
    </>
  );
}

// The indicators above explain the same words.
const unexplained = <Row,>(columns: Column<Row>[]): Column<Row>[] => columns.map(({ help: _, ...column }) => column);

/** Validated domains first, the others apart. */
function Domains({ scope }: { scope: Scope }) {
  const search = usePeriodSearch();
  const domains = useQuery(domainsQuery(scope));
  const rows = domains.data?.items;
  const ordered = rows === undefined ? undefined : [...rows.filter((row) => row.validated), ...rows.filter((row) => !row.validated)];
  const validated = rows?.filter((row) => row.validated).length ?? 0;

  return (
    <Panel
      title={t('Validated domains')}
      sub={rows === undefined ? undefined : count(validated)}
      aside={
        <>
          <CsvButton name="domains" columns={cumulativeColumns(search)} rows={ordered} />
          <Link href={`/domains${search}`}>
            {domains.data && domains.data.total > domainsShown ? t('All {n} domains', { n: count(domains.data.total) }) : t('All domains')}
          </Link>
        </>
      }
    >
      {rows === undefined && domains.error ? (
        <Failed what={t('The domains')} error={domains.error} retry={() => void domains.refetch()} />
      ) : (
        <DomainTable
          label={t('Domains')}
          columns={unexplained(cumulativeColumns(search))}
          rows={ordered?.slice(0, domainsShown)}
          stale={domains.isPlaceholderData}
          empty={<NothingYet />}
        />
      )}
    </Panel>
  );
}

function Receivers({ scope }: { scope: Scope }) {
  const search = usePeriodSearch();
  const providers = useQuery(providersQuery(scope));
  const columns = receiverColumns(['recipients', 'softBounces', 'hardBounces']).filter(({ key }) => key !== 'complaintRate');

  return (
    <Panel
      title={t('Receivers')}
      sub={t('who takes the mail')}
      aside={
        <>
          <CsvButton name="receivers" columns={columns} rows={providers.data?.items} />
          <Link href={`/receivers${search}`}>{t('All receivers')}</Link>
        </>
      }
    >
      {providers.data === undefined && providers.error ? (
        <Failed what={t('The receivers')} error={providers.error} retry={() => void providers.refetch()} />
      ) : (
        <DataTable
          label={t('Receivers')}
          columns={unexplained(columns)}
          rows={providers.data?.items.slice(0, receiversShown)}
          rowKey={(row) => row.provider}
          stale={providers.isPlaceholderData}
          empty={<Empty title={t('No mail in this period')} />}
        />
      )}
    </Panel>
  );
}

function LastActivities({ zone }: { zone: string }) {
  const search = usePeriodSearch();
  const activities = useQuery(activitiesQuery({ limit: mostCounted }));
  const { rows, waiting, show } = useWaitingRows(activities.data?.items, '', activityKey, true);

  return (
    <Panel
      title={t('Last activities')}
      aside={
        <>
          <NewRows waiting={waiting} show={show} />
          <CsvButton name="last-activities" columns={activityColumns(zone, true)} rows={rows?.slice(0, activitiesShown)} />
          <Link href={`/activity${search}`}>{t('Search all activities')}</Link>
        </>
      }
    >
      {activities.data === undefined && activities.error ? (
        <Failed what={t('The activities')} error={activities.error} retry={() => void activities.refetch()} />
      ) : (
        <ActivityTable
          label={t('Last activities')}
          rows={rows?.slice(0, activitiesShown)}
          zone={zone}
          expected={activitiesShown}
          empty={<Empty title={t('No activity yet')}>{t('The last ten deliveries, deferrals and bounces will appear here.')}</Empty>}
        />
      )}
    </Panel>
  );
}
