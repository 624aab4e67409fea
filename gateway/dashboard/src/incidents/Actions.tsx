import { Button, Modal, NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../api/client';
import { callerQuery } from '../api/queries';
import type { Incident } from '../api/types';
import { domainName } from '../format/idn';
import { moment } from '../format/times';
import { t } from '../language/language';
import { Problem } from '../settings/parts';
import { Icon } from '../shell/Icon';
import { kindName, receiverName } from './incidentTexts';
import { useAnswer } from './useAnswer';

/** Say that it was seen; be silent about such for some time. Only administrators may. */
export function Actions({ incident, zone }: { incident: Incident; zone: string }) {
  const caller = useQuery(callerQuery());
  const [muting, setMuting] = useState(false);
  const acknowledge = useAnswer(() => answer(api.POST('/v1/incidents/{id}/acknowledge', { params: { path: { id: incident.id } } })));

  return (
    <>
      {incident.acknowledgedAt ? (
        <span className="muted small">
          <Icon name="check" size={14} /> {t('seen {when}', { when: moment(incident.acknowledgedAt, zone) })}
        </span>
      ) : null}
      {caller.data?.scopes.includes('admin') !== true ? null : (
        <>
          {incident.acknowledgedAt || incident.closedAt ? null : (
            <Button
              size="xs"
              variant="default"
              leftSection={<Icon name="check" size={14} />}
              loading={acknowledge.isPending}
              onClick={() => acknowledge.mutate(undefined)}
            >
              {t('Acknowledge')}
            </Button>
          )}
          <Button size="xs" variant="default" leftSection={<Icon name="mute" size={14} />} onClick={() => setMuting(true)}>
            {t('Mute…')}
          </Button>
        </>
      )}
      <Problem error={acknowledge.error} />
      <Modal.Root opened={muting} onClose={() => setMuting(false)} transitionProps={{ duration: 0 }} lockScroll={false} centered>
        <Modal.Overlay />
        <Modal.Content>
          <Modal.Body>
            <div className="dialog-head">
              <Modal.Title>{t('Mute such incidents')}</Modal.Title>
              <Modal.CloseButton aria-label={t('Close')} />
            </div>
            <MuteForm incident={incident} zone={zone} done={() => setMuting(false)} />
          </Modal.Body>
        </Modal.Content>
      </Modal.Root>
    </>
  );
}

const hours = [1, 4, 24, 72, 168, 720];
const hourText = (n: number): string => (n < 24 ? t('{n} hours', { n }) : t('{n} days', { n: n / 24 }));

function MuteForm({ incident, zone, done }: { incident: Incident; zone: string; done: () => void }) {
  const { kind, domain, provider } = incident;
  const [only, setOnly] = useState({ kind: true, domain: true, provider: true });
  const [length, setLength] = useState(24);
  const mute = useAnswer(() =>
    answer(
      api.POST('/v1/incidents/mute', {
        body: {
          ...(only.kind ? { kind } : {}),
          ...(only.domain && domain ? { domain } : {}),
          ...(only.provider && provider ? { provider } : {}),
          hours: length,
        },
      }),
    ),
  );
  const choice = (name: 'kind' | 'domain' | 'provider', label: string, this_: string | null, all: string) =>
    this_ === null ? null : (
      <NativeSelect
        size="xs"
        label={label}
        data={[{ value: 'this', label: this_ }, { value: 'all', label: all }]}
        value={only[name] ? 'this' : 'all'}
        onChange={(event) => {
          const { value } = event.currentTarget;
          setOnly((current) => ({ ...current, [name]: value === 'this' }));
        }}
      />
    );

  return (
    <form
      className="dialog-form"
      onSubmit={(event) => {
        event.preventDefault();
        mute.mutate(undefined, { onSuccess: done });
      }}
    >
      <p>{t('Nobody is told of them, and the overview does not name them. They are found and listed all the same.')}</p>
      {choice('kind', t('Kind'), kindName(kind), t('all kinds'))}
      {choice('domain', t('Domain'), domain ? domainName(domain) : null, t('all domains'))}
      {choice('provider', t('Receiver'), provider ? receiverName(provider) : null, t('all receivers'))}
      <NativeSelect
        size="xs"
        label={t('For how long')}
        data={hours.map((value) => ({ value: String(value), label: value === 1 ? t('1 hour') : value === 24 ? t('1 day') : hourText(value) }))}
        value={String(length)}
        onChange={(event) => setLength(Number(event.currentTarget.value))}
      />
      {incident.mutedUntil ? <p className="muted small">{t('Muted until {when}; the new time counts.', { when: moment(incident.mutedUntil, zone) })}</p> : null}
      <Button type="submit" size="xs" loading={mute.isPending}>
        {t('Mute')}
      </Button>
      <Problem error={mute.error} />
    </form>
  );
}
