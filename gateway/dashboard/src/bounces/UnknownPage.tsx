import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { answer, api } from '../api/client';
import type { ReplyRule, UnknownReply } from '../api/types';
import { count, counted } from '../format/numbers';
import { day, moment } from '../format/times';
import { administration, administratorQuery, useChange } from '../settings/administrator';
import { ConfirmButton, Problem } from '../settings/parts';
import { useTimeZone } from '../shell/preferences';
import { Empty, Failed, Panel } from '../shell/states';
import { useParam } from '../shell/urlState';
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
  const administrator = useQuery(administratorQuery());

  return (
    <>
      <div className="page-head">
        <div className="title-line">
          <h1>Unknown replies</h1>
          <BounceTabs />
        </div>
      </div>
      {administrator.data === true ? (
        <>
          <Inbox />
          <Rules />
        </>
      ) : administrator.data === false ? (
        <section className="panel">
          <Empty title="Only administrators decide what a reply means">
            The error events show which replies could not be classified: filter them by “Unknown code only”.
          </Empty>
        </section>
      ) : administrator.error ? (
        <section className="panel">
          <Failed what="The unknown replies" error={administrator.error} retry={() => void administrator.refetch()} />
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
    { key: 'text', header: 'Reply', cell: (row) => <Linked text={row.example ?? row.text} /> },
    { key: 'code', header: 'SMTP code', fixed: true, cell: (row) => <SmtpCode code={row.smtpCode} enhanced={row.enhancedCode} /> },
    { key: 'host', header: 'Server', cell: (row) => row.host ?? '–' },
    { key: 'count', header: 'Deliveries', numeric: true, cell: (row) => count(row.count) },
    { key: 'lastSeen', header: 'Last seen', fixed: true, cell: (row) => <time dateTime={row.lastSeen}>{moment(row.lastSeen, zone)}</time> },
    {
      key: 'actions',
      header: 'Actions',
      cell: (row) => (
        <Button
          size="compact-xs"
          variant="default"
          aria-expanded={row.fingerprint === chosen}
          onClick={() => choose(row.fingerprint === chosen ? '' : row.fingerprint)}
        >
          Make a rule
        </Button>
      ),
    },
  ];

  return (
    <>
      {open === undefined ? null : <RuleForm key={open.fingerprint} reply={open} onClose={() => choose('')} />}
      <Panel title="Replies that could not be classified">
        {unknown.data === undefined && unknown.error ? (
          <Failed what="The unknown replies" error={unknown.error} retry={() => void unknown.refetch()} />
        ) : (
          <DataTable
            label="Unknown replies"
            columns={columns}
            rows={unknown.data?.items}
            rowKey={(row) => row.fingerprint}
            empty={
              <Empty title="Every reply is classified" icon="check">
                Replies that no rule knows are listed here until you make a rule for them.
              </Empty>
            }
          />
        )}
        {unknown.data?.complete === false ? <p className="muted hosts">Only the latest failures were searched: there are too many.</p> : null}
      </Panel>
    </>
  );
}

function Rules() {
  const zone = useTimeZone();
  const rules = useQuery(rulesQuery());
  const remove = useChange((id: string) => answer(api.DELETE('/v1/reply-rules/{id}', { params: { path: { id } } })));

  const columns: Column<ReplyRule>[] = [
    { key: 'id', header: 'Rule', cell: (row) => <code>{row.id}</code> },
    { key: 'reason', header: 'Reason', cell: (row) => reasonName(row.reason) },
    {
      key: 'holds',
      header: 'Holds for',
      cell: (row) =>
        [
          ...row.phrases.map((phrase) => `“${phrase}”`),
          ...row.codes,
          ...row.enhancedCodes,
          ...row.receivers,
          ...(row.fingerprint ? ['replies of one kind'] : []),
        ].join(', '),
    },
    { key: 'createdAt', header: 'Made', fixed: true, cell: (row) => day(row.createdAt, zone) },
    {
      key: 'actions',
      header: 'Actions',
      cell: (row) => <ConfirmButton label="Remove" question={`Remove ${row.id}?`} onConfirm={() => remove.mutate(row.id)} />,
    },
  ];

  return (
    <Panel
      title="Own rules"
      aside={
        <span role="status" className="muted">
          {rules.data?.reclassifying ? 'Past failures are being reclassified …' : rules.data === undefined ? '' : counted(rules.data.items.length, 'rule')}
        </span>
      }
    >
      <Problem error={remove.error} />
      {rules.data === undefined && rules.error ? (
        <Failed what="The rules" error={rules.error} retry={() => void rules.refetch()} />
      ) : (
        <DataTable
          label="Own rules"
          columns={columns}
          rows={rules.data?.items}
          rowKey={(row) => row.id}
          empty={<Empty title="No rules of your own">The rules that come with MailStats apply.</Empty>}
        />
      )}
    </Panel>
  );
}
