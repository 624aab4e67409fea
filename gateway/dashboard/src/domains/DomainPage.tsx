import { useQuery } from '@tanstack/react-query';
import { Link, useLocation } from 'wouter';
import {
  domainQuery, domainsQuery, mailboxesQuery, overviewQuery, providersQuery, reasonsQuery, type Scope,
} from '../api/queries';
import type { MailboxRow, ProviderRow } from '../api/types';
import { ReasonTable } from '../bounces/ReasonTable';
import { ActivityChart } from '../chart/ActivityChart';
import { UpdateButton } from '../collections/UpdateButton';
import { count, rate } from '../format/numbers';
import { Indicators } from '../overview/Indicators';
import { usePeriod, usePeriodSearch } from '../period/period';
import { PeriodPicker } from '../period/PeriodPicker';
import { NothingYet } from '../shell/NothingYet';
import { useTimeZone } from '../shell/preferences';
import { Empty, Failed, Panel } from '../shell/states';
import { useParam } from '../shell/urlState';
import { Address } from '../table/Address';
import { ChoiceOfMany } from '../table/ChoiceOfMany';
import { RowTable } from '../table/RowTable';
import type { Column } from '../table/DataTable';

const reasonsShown = 10;

/** One domain, or one of its mailboxes: soft and hard bounces apart. */
export default function DomainPage({ params }: { params: { domain: string } }) {
  const domain = decodeURIComponent(params.domain);
  const [period] = usePeriod();
  const zone = useTimeZone();
  const [mailbox, setMailbox] = useParam('mailbox');
  const everything: Scope = { period, timeZone: zone };
  const scope: Scope = { ...everything, domain, mailbox: mailbox || undefined };

  const whole = useQuery(domainQuery(domain, everything));
  const part = useQuery({ ...overviewQuery(scope), enabled: mailbox !== '' });
  const shown = mailbox === '' ? whole : part;

  return (
    <>
      <div className="page-head">
        <div className="title-line">
          <h1>{domain}</h1>
          {whole.data === undefined ? null : (
            <span className="tag" data-good={whole.data.validated || undefined}>{whole.data.validated ? 'validated' : 'not validated'}</span>
          )}
        </div>
        <div className="page-tools">
          <PeriodPicker />
          <UpdateButton />
        </div>
      </div>
      <Choices domain={domain} mailbox={mailbox} scope={everything} choose={setMailbox} />
      {whole.data === undefined && whole.error ? (
        <section className="panel">
          <Failed what={domain} error={whole.error} retry={() => void whole.refetch()} />
        </section>
      ) : (
        <>
          <Indicators overview={shown} zone={zone} />
          <ActivityChart scope={scope} title={mailbox === '' ? 'Activity of the whole domain' : `Activity of ${mailbox}`} />
          <Mailboxes domain={domain} scope={everything} chosen={mailbox} choose={setMailbox} />
          <div className="two">
            <Providers scope={scope} />
            <Reasons scope={scope} />
          </div>
        </>
      )}
    </>
  );
}

function Choices({ domain, mailbox, scope, choose }: {
  domain: string;
  mailbox: string;
  scope: Scope;
  choose: (mailbox: string) => void;
}) {
  const [, go] = useLocation();
  const search = usePeriodSearch();
  const domains = useQuery(domainsQuery(scope));
  const mailboxes = useQuery(mailboxesQuery(domain, scope));
  const names = (domains.data?.items ?? []).map((row) => row.domain);
  const boxes = (mailboxes.data?.items ?? []).map((row) => row.mailbox);

  return (
    <div className="filters">
      <ChoiceOfMany
        label="Domain"
        names={names}
        value={domain}
        onChoose={(name) => go(`/domains/${encodeURIComponent(name)}${search}`)}
      />
      <ChoiceOfMany label="Statistics for" all="The entire domain" names={boxes} value={mailbox} onChoose={choose} />
    </div>
  );
}

function Mailboxes({ domain, scope, chosen, choose }: {
  domain: string;
  scope: Scope;
  chosen: string;
  choose: (mailbox: string) => void;
}) {
  const mailboxes = useQuery(mailboxesQuery(domain, scope));
  const columns: Column<MailboxRow>[] = [
    {
      key: 'mailbox',
      header: 'Mailbox',
      sortBy: (row) => row.mailbox,
      cell: (row) => (
        <button type="button" className="as-link" aria-pressed={row.mailbox === chosen} onClick={() => choose(row.mailbox === chosen ? '' : row.mailbox)}>
          <Address value={row.mailbox} />
        </button>
      ),
    },
    ...outcomes<MailboxRow>(),
  ];

  return (
    <Panel title="Mailboxes">
      {mailboxes.data === undefined && mailboxes.error ? (
        <Failed what="The mailboxes" error={mailboxes.error} retry={() => void mailboxes.refetch()} />
      ) : (
        <RowTable
          name="mailboxes"
          label="Mailboxes"
          columns={columns}
          rows={mailboxes.data?.items}
          rowKey={(row) => row.mailbox}
          searchBy={(row) => row.mailbox}
          firstSort={{ key: 'recipients', descending: true }}
          stale={mailboxes.isPlaceholderData}
          empty={<NothingYet />}
        />
      )}
    </Panel>
  );
}

function Providers({ scope }: { scope: Scope }) {
  const providers = useQuery(providersQuery(scope));
  const columns: Column<ProviderRow>[] = [
    { key: 'provider', header: 'Provider', sortBy: (row) => row.provider, cell: (row) => row.provider },
    ...outcomes<ProviderRow>(),
  ];

  return (
    <Panel title="Receiving providers">
      {providers.data === undefined && providers.error ? (
        <Failed what="The providers" error={providers.error} retry={() => void providers.refetch()} />
      ) : (
        <RowTable
          name="providers"
          label="Receiving providers"
          columns={columns}
          rows={providers.data?.items}
          rowKey={(row) => row.provider}
          searchBy={(row) => row.provider}
          firstSort={{ key: 'recipients', descending: true }}
          stale={providers.isPlaceholderData}
          empty={<Empty title="No mail in this period" />}
        />
      )}
    </Panel>
  );
}

function Reasons({ scope }: { scope: Scope }) {
  const reasons = useQuery(reasonsQuery(scope, reasonsShown));
  const search = usePeriodSearch();
  const domainSearch = new URLSearchParams(search);
  if (scope.domain !== undefined) {
    domainSearch.set('domain', scope.domain);
  }

  return (
    <Panel title="Top bounce reasons" aside={<Link href={`/bounces?${domainSearch.toString()}`}>Error events of this domain</Link>}>
      {reasons.data === undefined && reasons.error ? (
        <Failed what="The reasons" error={reasons.error} retry={() => void reasons.refetch()} />
      ) : (
        <ReasonTable rows={reasons.data?.items} stale={reasons.isPlaceholderData} domain={scope.domain} brief />
      )}
    </Panel>
  );
}

type Outcomes = Pick<MailboxRow, 'recipients' | 'delivered' | 'softBounces' | 'hardBounces' | 'pending' | 'deliveryRate'>;

const outcomes = <Row extends Outcomes>(): Column<Row>[] => [
  number('recipients', 'Recipients'),
  number('delivered', 'Delivered'),
  number('softBounces', 'Soft bounces'),
  number('hardBounces', 'Hard bounces'),
  {
    key: 'deliveryRate',
    header: 'Delivery rate',
    numeric: true,
    sortBy: (row) => row.deliveryRate ?? -1,
    cell: (row) => rate(row.deliveryRate),
  },
];

const number = <Row extends Outcomes>(
  key: 'recipients' | 'delivered' | 'softBounces' | 'hardBounces',
  header: string,
): Column<Row> => ({ key, header, numeric: true, sortBy: (row) => row[key], cell: (row) => count(row[key]) });
