import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { answer, api } from '../api/client';
import type { ReplyRule, UnknownReply } from '../api/types';
import { count } from '../format/numbers';
import { day, moment } from '../format/times';
import { callerQuery } from '../api/queries';
import { t, tn } from '../language/language';
import { administration, useChange } from '../settings/administrator';
import { ConfirmButton, Problem } from '../settings/parts';
import { useTimeZone } from '../shell/preferences';
import { Empty, Failed, PageHead, Panel } from '../shell/states';
import { useParam } from '../shell/urlState';
import { CsvButton } from '../table/CsvButton';
import { DataTable, type Column } from '../table/DataTable';
import { BounceTabs } from './BounceTabs';
import { Linked } from './Linked';
import { reasonName } from './reasons';
import { SmtpCode } from './ReasonTable';
import { RuleForm } from './RuleForm';

const shown = 100;

const unknownQuery = () =>
  administration('unknown-replies', (signal) => answer(api.GET('/v1/unknown-replies', { params: { query: { limit: shown } }, signal })));

const rulesQuery = () => ({
  ...administration('reply-rules', (signal) => answer(api.GET('/v1/reply-rules', { signal }))),
  // While history is classified anew, the end is worth waiting for.
  refetchInterval: ({ state }: { state: { data?: { reclassifying: boolean } | undefined } }) => (state.data?.reclassifying ? 1000 : false as const),
});

/** Replies that no rule knew, by kind, and what people made of them. */
export default function UnknownPage() {
  const caller = useQuery(callerQuery());
  const isAdministrator = caller.data?.scopes.includes('admin');

  return (
    <>
      <PageHead
        title={
          <>
            <h1>{t('Unknown replies')}</h1>
            <BounceTabs />
          </>
        }
      />
      {isAdministrator === true ? (
        <>
          <Inbox />
          <Rules />
        </>
      ) : isAdministrator === false ? (
        <section className="panel">
          <Empty title={t('Only administrators decide what a reply means')}>
            {t('The error events show which replies could not be classified: filter them by “Unknown code only”.')}
          </Empty>
        </section>
      ) : caller.error ? (
        <section className="panel">
          <Failed what={t('The unknown replies')} error={caller.error} retry={() => void caller.refetch()} />
        </section>
      ) : null}
    </>
  );
}

function Inbox() {
  const zone = useTimeZone();
  const [chosen, choose] = useParam('fingerprint');
  const unknown = useQuery(unknownQuery());
  const open = unknown.data?.items.find(({ fingerprint }) => fingerprint === chosen);

  const columns: Column<UnknownReply>[] = [
    { key: 'text', header: t('Reply'), block: true, csv: (row) => row.example ?? row.text, cell: (row) => <Linked text={row.example ?? row.text} /> },
    { key: 'code', header: t('SMTP code'), csv: (row) => `${row.smtpCode ?? ''} ${row.enhancedCode ?? ''}`.trim(), fixed: true, cell: (row) =>
      <SmtpCode code={row.smtpCode} enhanced={row.enhancedCode} /> },
    { key: 'host', header: t('Server'), csv: (row) => row.host, cell: (row) => row.host ?? '–' },
    { key: 'count', header: t('Deliveries'), numeric: true, csv: (row) => row.count, cell: (row) => count(row.count) },
    { key: 'lastSeen', header: t('Last seen'), fixed: true, csv: (row) => row.lastSeen, cell: (row) =>
      <time dateTime={row.lastSeen}>{moment(row.lastSeen, zone)}</time> },
    {
      key: 'actions',
      header: t('Actions'),
      cell: (row) => (
        <Button
          size="compact-xs"
          variant="default"
          aria-expanded={row.fingerprint === chosen}
          onClick={() => choose(row.fingerprint === chosen ? '' : row.fingerprint)}
        >
          {t('Make a rule')}
        </Button>
      ),
    },
  ];

  return (
    <>
      {open === undefined ? null : <RuleForm key={open.fingerprint} reply={open} onClose={() => choose('')} />}
      <Panel
        title={t('Replies that could not be classified')}
        aside={<CsvButton name="unknown-replies" columns={columns} rows={unknown.data?.items} />}
      >
        {unknown.data === undefined && unknown.error ? (
          <Failed what={t('The unknown replies')} error={unknown.error} retry={() => void unknown.refetch()} />
        ) : (
          <DataTable
            label={t('Unknown replies')}
            columns={columns}
            rows={unknown.data?.items}
            rowKey={(row) => row.fingerprint}
            empty={
              <Empty title={t('Every reply is classified')} icon="check">
                {t('Replies that no rule knows are listed here until you make a rule for them.')}
              </Empty>
            }
          />
        )}
        {unknown.data?.complete === false ? <p className="muted">{t('Only the latest failures were searched: there are too many.')}</p> : null}
      </Panel>
    </>
  );
}

const holdsFor = (row: ReplyRule): string =>
  [
    ...row.phrases.map((phrase) => `“${phrase}”`),
    ...row.codes,
    ...row.enhancedCodes,
    ...row.receivers,
    ...(row.fingerprint ? [t('replies of one kind')] : []),
  ].join(', ');

function Rules() {
  const zone = useTimeZone();
  const rules = useQuery(rulesQuery());
  const remove = useChange((id: string) => answer(api.DELETE('/v1/reply-rules/{id}', { params: { path: { id } } })));

  const columns: Column<ReplyRule>[] = [
    { key: 'id', header: t('Rule'), csv: (row) => row.id, cell: (row) => <code>{row.id}</code> },
    { key: 'reason', header: t('Reason'), csv: (row) => reasonName(row.reason), cell: (row) => reasonName(row.reason) },
    {
      key: 'holds',
      header: t('Holds for'),
      csv: holdsFor,
      cell: holdsFor,
    },
    { key: 'createdAt', header: t('Made'), csv: (row) => row.createdAt, fixed: true, cell: (row) => day(row.createdAt, zone) },
    {
      key: 'actions',
      header: t('Actions'),
      cell: (row) => <ConfirmButton label={t('Remove')} question={t('Remove {what}?', { what: row.id })} onConfirm={() => remove.mutate(row.id)} />,
    },
  ];

  return (
    <Panel
      title={t('Own rules')}
      aside={
        <>
          <span role="status" className="muted">
            {rules.data?.reclassifying ? t('Past failures are being reclassified …') : rules.data === undefined ? '' : tn(rules.data.items.length,
              '{n} rule|{n} rules')}
          </span>
          <CsvButton name="reply-rules" columns={columns} rows={rules.data?.items} />
        </>
      }
    >
      <Problem error={remove.error} />
      {rules.data === undefined && rules.error ? (
        <Failed what={t('The rules')} error={rules.error} retry={() => void rules.refetch()} />
      ) : (
        <DataTable
          label={t('Own rules')}
          columns={columns}
          rows={rules.data?.items}
          rowKey={(row) => row.id}
          empty={<Empty title={t('No rules of your own')}>{t('The rules that come with MailStats apply.')}</Empty>}
        />
      )}
    </Panel>
  );
}
