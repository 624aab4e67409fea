import { useQuery } from '@tanstack/react-query';
import { Link, useLocation } from 'wouter';
import { domainQuery, domainsQuery, overviewQuery, providersQuery, reasonsQuery, type Scope } from '../api/queries';
import { ErrorEvents } from '../bounces/ErrorEvents';
import { TopReasons } from '../bounces/TopReasons';
import { ActivityChart } from '../chart/ActivityChart';
import { UpdateButton } from '../collections/UpdateButton';
import { addressText, domainName } from '../format/idn';
import { IncidentStrip } from '../incidents/IncidentStrip';
import { t } from '../language/language';
import { Indicators } from '../overview/Indicators';
import { usePeriod, usePeriodSearch } from '../period/period';
import { PeriodLine } from '../period/PeriodLine';
import { PeriodPicker } from '../period/PeriodPicker';
import { receiverColumns } from '../receivers/receiverColumns';
import { Icon } from '../shell/Icon';
import { useTimeZone } from '../shell/preferences';
import { Empty, Failed, PageHead, Panel } from '../shell/states';
import { useParam } from '../shell/urlState';
import { ChoiceOfMany } from '../table/ChoiceOfMany';
import { Domain } from '../table/Address';
import { RowTable } from '../table/RowTable';
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
      <PageHead
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
        when={<PeriodLine period={shown.data?.period} />}
      >
        <ChoiceOfMany
          label={t('Domain')}
          names={(domains.data?.items ?? []).map((row) => row.domain)}
          value={domain}
          onChoose={(name) => go(`/domains/${encodeURIComponent(name)}${search}`)}
          write={domainName}
        />
        <PeriodPicker />
        <UpdateButton />
      </PageHead>
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
              <Receivers scope={scope} />
            </>
          )}
        </>
      )}
    </>
  );
}

function Receivers({ scope }: { scope: Scope }) {
  const providers = useQuery(providersQuery(scope));

  return (
    <Panel title={t('Receiving providers')}>
      {providers.data === undefined && providers.error ? (
        <Failed what={t('The receivers')} error={providers.error} retry={() => void providers.refetch()} />
      ) : (
        <RowTable
          name="receivers"
          label={t('Receiving providers')}
          columns={receiverColumns()}
          rows={providers.data?.items}
          rowKey={(row) => row.provider}
          searchBy={(row) => row.provider}
          firstSort={{ key: 'recipients', descending: true }}
          stale={providers.isPlaceholderData}
          empty={<Empty title={t('No mail in this period')} />}
        />
      )}
    </Panel>
  );
}
