import { useQuery } from '@tanstack/react-query';
import { Link, useLocation } from 'wouter';
import { domainQuery, domainsQuery, overviewQuery, reasonsQuery, type Scope } from '../api/queries';
import { ErrorEvents } from '../bounces/ErrorEvents';
import { TopReasons } from '../bounces/TopReasons';
import { ActivityChart } from '../chart/ActivityChart';
import { addressText, domainName } from '../format/idn';
import { IncidentStrip } from '../incidents/IncidentStrip';
import { t } from '../language/language';
import { Indicators } from '../overview/Indicators';
import { usePeriod, usePeriodSearch } from '../period/period';
import { StatisticsHead } from '../period/StatisticsHead';
import { ReceiversPanel } from '../receivers/ReceiversPanel';
import { Icon } from '../shell/Icon';
import { useTimeZone } from '../shell/preferences';
import { Empty, Failed } from '../shell/states';
import { useParam } from '../shell/urlState';
import { ChoiceOfMany } from '../table/ChoiceOfMany';
import { Domain } from '../table/Address';
import { Mailboxes } from './Mailboxes';

/** The statistics view of one domain or one of its mailboxes: chart, top bounce reasons, outbound error events. */
export default function DomainPage({ domain }: { domain: string }) {
  const [period] = usePeriod();
  const zone = useTimeZone();
  const search = usePeriodSearch();
  const [, go] = useLocation();
  const [mailbox, setMailbox] = useParam('mailbox');
  const everything: Scope = { period, timeZone: zone };
  const scope: Scope = { ...everything, domain, mailbox: mailbox || undefined };

  const whole = useQuery(domainQuery(domain, everything));
  const part = useQuery({ ...overviewQuery(scope), enabled: mailbox !== '' });
  const domains = useQuery(domainsQuery(everything));
  const reasons = useQuery(reasonsQuery(scope));
  const shown = mailbox === '' ? whole : part;

  return (
    <>
      <StatisticsHead
        crumb={
          <>
            <Link href={`/domains${search}`}>{t('Domains')}</Link> /
          </>
        }
        title={
          <>
            <h1>
              <Domain value={domain} />
            </h1>
            {whole.data === undefined ? null : whole.data.validated ? (
              <span className="tag" data-good>
                <Icon name="check" size={12} /> {t('validated')}
              </span>
            ) : (
              <span className="tag">{t('not validated')}</span>
            )}
          </>
        }
        period={shown.data?.period}
        filters={
          <ChoiceOfMany
            label={t('Domain')}
            names={(domains.data?.items ?? []).map((row) => row.domain)}
            value={domain}
            onChoose={(name) => go(`/domains/${encodeURIComponent(name)}${search}`)}
            write={domainName}
          />
        }
      />
      {whole.data === undefined && whole.error ? (
        <section className="panel">
          <Failed what={domainName(domain)} error={whole.error} retry={() => void whole.refetch()} />
        </section>
      ) : (
        <>
          <IncidentStrip scope={{ ...everything, domain }} />
          <ActivityChart
            scope={scope}
            title={mailbox === '' ? t('Statistics chart') : t('Statistics chart of {mailbox}', { mailbox: addressText(mailbox) })}
            above={<Indicators overview={shown} scope={scope} inside />}
            beside={<Mailboxes domain={domain} scope={everything} whole={whole.data} chosen={mailbox} choose={setMailbox} />}
          />
          <TopReasons scope={scope} />
          {/* How many reasons there are decides where this begins: shown sooner, it would jump. */}
          {reasons.isPending ? null : (
            <>
              <ErrorEvents scope={scope} />
              <ReceiversPanel scope={scope} empty={<Empty title={t('No mail in this period')} />} />
            </>
          )}
        </>
      )}
    </>
  );
}
