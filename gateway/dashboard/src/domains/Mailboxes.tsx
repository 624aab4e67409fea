import { useQuery } from '@tanstack/react-query';
import { mailboxesQuery, type Scope } from '../api/queries';
import type { DomainOverview, MailboxRow } from '../api/types';
import { addressText } from '../format/idn';
import { count, rate } from '../format/numbers';
import { t, tn } from '../language/language';
import { Failed, Placeholder } from '../shell/states';
import { useParam } from '../shell/urlState';
import { Address } from '../table/Address';
import { CsvButton } from '../table/CsvButton';
import type { Column } from '../table/DataTable';
import { RowPager } from '../table/Pager';
import { SearchBox } from '../table/SearchBox';
import { outcomes } from './outcomes';

const shown = 6;

/** The entire domain, or one of its mailboxes: whose statistics the page shows. */
export function Mailboxes({ domain, scope, whole, chosen, choose }: {
  domain: string;
  scope: Scope;
  whole: DomainOverview | undefined;
  chosen: string;
  choose: (mailbox: string) => void;
}) {
  const mailboxes = useQuery(mailboxesQuery(domain, scope));
  const [search, setSearch] = useParam('mailboxesSearch');
  const [pageText, setPage] = useParam('mailboxesPage');
  const all = mailboxes.data?.items ?? [];
  const found = all.filter(({ mailbox }) => addressText(mailbox).toLowerCase().includes(search.trim().toLowerCase()));
  const page = Math.max(1, Math.min(Number.parseInt(pageText, 10) || 1, Math.ceil(found.length / shown) || 1));
  const columns: Column<MailboxRow>[] = [{ key: 'mailbox', header: t('Mailbox'), csv: (row) => row.mailbox, cell: (row) => row.mailbox },
    ...outcomes<MailboxRow>()];

  return (
    <aside aria-label={t('Statistics for')}>
      <div className="panel-head">
        <h3>{t('Statistics for')}</h3>
        <div className="aside">
          <CsvButton name="mailboxes" columns={columns} rows={mailboxes.data?.items} />
        </div>
      </div>
      {all.length > shown ? (
        <div className="filters">
          <SearchBox label={t('Search mailboxes')} placeholder={t('Part of a name')} value={search} onSearch={setSearch} />
        </div>
      ) : null}
      {mailboxes.data === undefined ? (
        mailboxes.error ? (
          <Failed what={t('The mailboxes')} error={mailboxes.error} retry={() => void mailboxes.refetch()} />
        ) : (
          <div className="panel-body">
            <Placeholder height={160} label={t('the mailboxes')} />
          </div>
        )
      ) : (
        <ul className="boxes" aria-label={t('Mailboxes')}>
          <Choice
            name={t('The entire domain')}
            on={chosen === ''}
            recipients={whole?.recipients.value ?? 0}
            pending={whole?.pending.value ?? 0}
            complaints={whole?.complaints.value ?? 0}
            deliveryRate={whole?.deliveryRate.value ?? null}
            choose={() => choose('')}
          />
          {found.slice((page - 1) * shown, page * shown).map((row) => (
            <Choice
              key={row.mailbox}
              name={row.mailbox}
              isAddress
              on={row.mailbox === chosen}
              recipients={row.recipients}
              pending={row.pending}
              complaints={row.complaints}
              deliveryRate={row.deliveryRate}
              choose={() => choose(row.mailbox === chosen ? '' : row.mailbox)}
            />
          ))}
        </ul>
      )}
      {found.length === 0 && search !== '' ? <p className="muted nothing-found">{t('Nothing matches “{search}”.', { search })}</p> : null}
      <div className="panel-body">
        <RowPager label={t('mailboxes')} total={found.length} size={shown} page={page} onPage={(to) => setPage(to === 1 ? '' : String(to))} />
      </div>
    </aside>
  );
}

const Choice = ({ name, isAddress = false, on, recipients, pending, complaints, deliveryRate, choose }: {
  name: string;
  isAddress?: boolean;
  on: boolean;
  recipients: number;
  pending: number;
  complaints: number;
  deliveryRate: number | null;
  choose: () => void;
}) => (
  <li>
    <button type="button" aria-pressed={on} onClick={choose}>
      <span className="radio" aria-hidden="true" />
      <span className="name" title={name}>
        {isAddress ? <Address value={name} /> : name}
      </span>
      <span>{rate(deliveryRate)}</span>
      <span className="second">
        <span>{tn(recipients, '{n} recipient|{n} recipients')}</span>
        {complaints > 0 ? <span>{tn(complaints, '{n} complaint|{n} complaints')}</span> : null}
        {pending > 0 ? <span>{t('{n} wait', { n: count(pending) })}</span> : null}
      </span>
    </button>
  </li>
);
