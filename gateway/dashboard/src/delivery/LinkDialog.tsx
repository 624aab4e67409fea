import { Button, Checkbox, CopyButton, Modal, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../api/client';
import { fullMoment } from '../format/times';
import { t } from '../language/language';
import { Problem } from '../settings/parts';

const mostDays = 90;

/** Makes a link to this one delivery for somebody who has no key. */
export function LinkDialog({ id, zone, opened, onClose }: { id: string; zone: string; opened: boolean; onClose: () => void }) {
  return (
    <Modal.Root opened={opened} onClose={onClose} transitionProps={{ duration: 0 }} lockScroll={false} centered>
      <Modal.Overlay />
      <Modal.Content>
        <Modal.Body>
          {/* Mantine's own head of a dialog would be a second banner of the page. */}
          <div className="dialog-head">
            <Modal.Title>{t('Link without a key')}</Modal.Title>
            <Modal.CloseButton aria-label={t('Close')} />
          </div>
          <LinkForm id={id} zone={zone} />
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

function LinkForm({ id, zone }: { id: string; zone: string }) {
  const [days, setDays] = useState('14');
  const [unmasked, setUnmasked] = useState(false);
  const make = useMutation({
    mutationFn: () => answer(api.POST('/v1/deliveries/{id}/links', { params: { path: { id } }, body: { days: Number(days), unmasked } })),
  });
  const right = /^\d+$/.test(days) && Number(days) >= 1 && Number(days) <= mostDays;

  return (
    <form
      className="dialog-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        make.mutate();
      }}
    >
      <p>{t('Whoever has the link sees this one delivery, and nothing else. It can be withdrawn together with all other links.')}</p>
      <TextInput
        size="xs"
        type="number"
        label={t('Days that it works')}
        min={1}
        max={mostDays}
        step={1}
        value={days}
        error={right ? undefined : t('1 to {most}', { most: mostDays })}
        onChange={(event) => setDays(event.currentTarget.value)}
      />
      <Checkbox
        size="xs"
        label={t('Show whole addresses')}
        description={t('Else only the first letter and the domain.')}
        checked={unmasked}
        onChange={(event) => setUnmasked(event.currentTarget.checked)}
      />
      <Button type="submit" size="xs" disabled={!right} loading={make.isPending}>
        {t('Make the link')}
      </Button>
      <Problem error={make.error} />
      {make.data === undefined ? null : (
        <div role="status" className="made-link">
          <a href={make.data.url} target="_blank" rel="noopener noreferrer">
            {make.data.url}
          </a>
          <CopyButton value={make.data.url}>
            {({ copied, copy }) => (
              <Button size="compact-xs" variant="default" onClick={copy}>
                {copied ? t('Copied') : t('Copy')}
              </Button>
            )}
          </CopyButton>
          <p className="small muted">{t('It works until {when}.', { when: fullMoment(make.data.expiresAt, zone) })}</p>
        </div>
      )}
    </form>
  );
}
