import { useQuery } from '@tanstack/react-query';
import { callerQuery, mutesQuery } from '../api/queries';
import { answer, api } from '../api/client';
import type { IncidentMute } from '../api/types';
import { domainName } from '../format/idn';
import { moment } from '../format/times';
import { t } from '../language/language';
import { ConfirmButton, Problem } from '../settings/parts';
import { Panel } from '../shell/states';
import { DataTable, type Column } from '../table/DataTable';
import { kindName, receiverName } from './incidentTexts';
import { useAnswer } from './useAnswer';

const scope = ({ kind, domain, provider }: IncidentMute) => ({
  ...(kind ? { kind } : {}), ...(domain ? { domain } : {}), ...(provider ? { provider } : {}),
});

/** What nobody is told of, and until when; an administrator ends it before its time. */
export function Mutes({ zone }: { zone: string }) {
  const caller = useQuery(callerQuery());
  const mutes = useQuery(mutesQuery());
  const end = useAnswer((mute: IncidentMute) => answer(api.DELETE('/v1/incidents/mute', { params: { query: scope(mute) } })));
  const columns: Column<IncidentMute>[] = [
    { key: 'kind', header: t('Kind'), cell: ({ kind }) => (kind ? kindName(kind) : t('all kinds')) },
    { key: 'domain', header: t('Domain'), cell: ({ domain }) => (domain ? domainName(domain) : t('all domains')) },
    { key: 'provider', header: t('Receiver'), cell: ({ provider }) => (provider ? receiverName(provider) : t('all receivers')) },
    { key: 'until', header: t('Until'), fixed: true, cell: ({ until }) => <time dateTime={until}>{moment(until, zone)}</time> },
    ...(caller.data?.scopes.includes('admin') === true
      ? [
        {
          key: 'actions',
          header: t('Actions'),
          cell: (mute: IncidentMute) => (
            <ConfirmButton
              label={t('Unmute')}
              question={t('Tell of them again?')}
              busy={end.isPending && end.variables === mute}
              onConfirm={() => end.mutate(mute)}
            />
          ),
        },
      ]
      : []),
  ];

  return mutes.data === undefined || mutes.data.items.length === 0 ? (
    <Problem error={end.error} />
  ) : (
    <Panel title={t('What nobody is told of')}>
      <Problem error={end.error} />
      <DataTable label={t('What nobody is told of')} columns={columns} rows={mutes.data.items} rowKey={(mute) => JSON.stringify(scope(mute))} empty={null} />
    </Panel>
  );
}
