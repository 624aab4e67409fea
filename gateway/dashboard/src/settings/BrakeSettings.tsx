import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../api/client';
import { mostOfPage } from '../api/everyPage';
import type { BrakeItem, BrakeSettings as Rules } from '../api/types';
import { count } from '../format/numbers';
import { moment } from '../format/times';
import { t } from '../language/language';
import { useTimeZone } from '../shell/preferences';
import { Empty, Failed, Panel } from '../shell/states';
import { Address } from '../table/Address';
import { CsvOfAll } from '../table/CsvOfAll';
import { DataTable, type Column } from '../table/DataTable';
import { LatestFirst, usePage } from '../table/Pager';
import { administration, useChange } from './administrator';
import { modeOf } from './modes';
import { ModeForm, ModeSettings, NumberField, numberOf, type Save } from './ModeSettings';
import { ConfirmButton, Problem } from './parts';

const causes: Record<string, string> = {
  hour: t('more in an hour than ever'),
  day: t('more in a day than ever'),
  unknownRecipients: t('many recipients do not exist'),
  fixedLimit: t('above the fixed limit'),
  unknownNetwork: t('many recipients from a network never seen before'),
};

export default function BrakeSettings() {
  const save = useChange((body: Rules) => answer(api.PUT('/v1/settings/brake', { body })));

  return (
    <>
      <ModeSettings
        title={t('What the brake does')}
        name="brake"
        read={(signal) => answer(api.GET('/v1/settings/brake', { signal }))}
        save={save}
        form={RulesForm}
      />
      <Stops />
    </>
  );
}

function RulesForm({ saved, save }: { saved: Rules; save: Save<Rules> }) {
  const [mode, setMode] = useState(modeOf(saved.mode ?? ''));
  const [perHour, setPerHour] = useState(String(saved.perHour ?? ''));

  return (
    <ModeForm
      title={t('What the brake does')}
      mode={mode}
      setMode={setMode}
      rules={{ mode, perHour: numberOf(perHour) }}
      saved={saved}
      save={save}
      notes={
        <p className="muted">
          {t('A mailbox that suddenly sends unlike itself was probably stolen.')}{' '}
          {t('Observe lists it; enforce stops it with 451, for itself alone, until it is released.')}
        </p>
      }
    >
      <NumberField
        label={t('Most recipients of a mailbox in an hour')}
        placeholder={t('no fixed limit')}
        value={perHour}
        onChange={setPerHour}
      />
    </ModeForm>
  );
}

function Stops() {
  const zone = useTimeZone();
  const { cursor, limit } = usePage();
  const query = { limit, ...(cursor === undefined ? {} : { cursor }) };
  const stops = useQuery(administration(`brakes ${JSON.stringify(query)}`, (signal) => answer(api.GET('/v1/brakes', { params: { query }, signal }))));
  const page = (at: string | undefined) =>
    answer(api.GET('/v1/brakes', { params: { query: { limit: mostOfPage, ...(at === undefined ? {} : { cursor: at }) } } }));
  const release = useChange((id: string) => answer(api.POST('/v1/brakes/{id}/release', { params: { path: { id } } })));

  const columns: Column<BrakeItem>[] = [
    { key: 'since', header: t('Since'), fixed: true, csv: (row) => row.since, cell: (row) => moment(row.since, zone) },
    { key: 'mailbox', header: t('Mailbox'), block: true, csv: (row) => row.mailbox, cell: (row) => <Address value={row.mailbox} /> },
    { key: 'login', header: t('Login'), csv: (row) => row.login ?? '', cell: (row) => (row.login === null ? '–' : <bdi>{row.login}</bdi>) },
    { key: 'cause', header: t('Cause'), csv: (row) => row.cause, cell: (row) => causes[row.cause] ?? row.cause },
    { key: 'letThrough', header: t('Let through'), numeric: true, csv: (row) => row.letThrough, cell: (row) => count(row.letThrough) },
    {
      key: 'state',
      header: t('State'),
      csv: (row) => row.releasedAt ?? row.mode,
      cell: (row) =>
        row.releasedAt !== null ? (
          <span className="tag" data-good>{t('released {when}', { when: moment(row.releasedAt, zone) })}</span>
        ) : row.mode === 'enforce' ? (
          <span className="tag" data-bad>{t('stopped')}</span>
        ) : (
          <span className="tag" data-soft>{t('observed')}</span>
        ),
    },
    {
      key: 'actions',
      header: t('Actions'),
      cell: (row) =>
        row.releasedAt !== null ? null : (
          <ConfirmButton
            label={t('Release')}
            question={t('Let {what} send again?', { what: row.mailbox })}
            busy={release.isPending && release.variables === row.id}
            onConfirm={() => release.mutate(row.id)}
          />
        ),
    },
  ];

  return (
    <Panel title={t('Stopped mailboxes')} aside={<CsvOfAll name="brakes" columns={columns} ask={page} />}>
      <Problem error={release.error} />
      {stops.data === undefined && stops.error ? (
        <Failed what={t('The stopped mailboxes')} error={stops.error} retry={() => void stops.refetch()} />
      ) : (
        <>
          <DataTable
            label={t('Stopped mailboxes')}
            columns={columns}
            rows={stops.data?.items}
            rowKey={(row) => row.id}
            expected={5}
            empty={<Empty title={t('No mailbox was stopped')}>{t('Imported history is judged too: what would have been stopped stands here.')}</Empty>}
          />
          <LatestFirst label={t('the stopped mailboxes')} next={stops.data?.next} shown={stops.data?.items.length ?? 0} />
        </>
      )}
    </Panel>
  );
}
