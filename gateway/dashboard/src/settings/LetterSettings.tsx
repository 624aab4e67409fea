import { Button, NativeSelect } from '@mantine/core';
import { useQuery, type UseMutationResult } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { answer, api } from '../api/client';
import type { LetterChoice, LetterPreview } from '../api/types';
import { language, t } from '../language/language';
import { Empty, Failed, Panel, Placeholder } from '../shell/states';
import { saveAs } from '../table/csv';
import { administration, useChange } from './administrator';
import { nameOf } from './languageName';
import { Form, Problem, Saved } from './parts';

const rhythms = [
  { value: 'off', label: t('Off') },
  { value: 'weekly', label: t('Every week, on Monday') },
  { value: 'monthly', label: t('Every month, on the first') },
] as const;

const written = ['en', 'fr'] as const;
const tongueOf = (tag: string | undefined) => written.find((known) => known === tag) ?? 'en';

/** How often the letter comes, in which language, to whom, and what the last one says. */
export default function LetterSettings() {
  const chosen = useQuery(administration('letters', (signal) => answer(api.GET('/v1/admin/letters', { signal }))));
  const save = useChange((body: LetterChoice) => answer(api.PUT('/v1/admin/letters', { body })));

  return chosen.data !== undefined ? (
    <Choice key={JSON.stringify(chosen.data)} saved={chosen.data} save={save} />
  ) : (
    <Panel title={t('The letter by mail')}>
      {chosen.error ? (
        <Failed what={t('The settings')} error={chosen.error} retry={() => void chosen.refetch()} />
      ) : (
        <Placeholder height={160} label={t('the settings')} />
      )}
    </Panel>
  );
}

function Choice({ saved, save }: { saved: LetterChoice; save: UseMutationResult<LetterChoice, Error, LetterChoice> }) {
  const every = rhythms.find(({ value }) => value === saved.every)?.value ?? 'off';
  const [rhythm, setRhythm] = useState<(typeof rhythms)[number]['value']>(every);
  const [tongue, setTongue] = useState(tongueOf(every === 'off' ? language() : saved.language));
  const changed = rhythm !== saved.every || tongue !== saved.language;

  return (
    <>
      <Panel title={t('The letter by mail')}>
        <Form label={t('The letter by mail')} onSubmit={() => save.mutate({ every: rhythm, language: tongue })}>
          <NativeSelect
            size="xs"
            label={t('How often')}
            data={[...rhythms]}
            value={rhythm}
            onChange={(event) => setRhythm(rhythms.find(({ value }) => value === event.currentTarget.value)?.value ?? 'off')}
          />
          <NativeSelect
            size="xs"
            label={t('Language')}
            data={written.map((tag) => ({ value: tag, label: nameOf(tag) }))}
            value={tongue}
            onChange={(event) => setTongue(tongueOf(event.currentTarget.value))}
          />
          <Button type="submit" size="xs" loading={save.isPending}>
            {t('Save')}
          </Button>
          <Saved when={save.isSuccess && !changed} />
        </Form>
        <Problem error={save.error} />
        <p className="muted">
          {t('The numbers, what changed by more than chance, the incidents, and the one thing to do. It comes after seven in the morning.')}
        </p>
        <Recipients />
      </Panel>
      <Preview every={rhythm === 'monthly' ? 'monthly' : 'weekly'} tongue={tongue} />
    </>
  );
}

/** Letters go to every mail address that is told of notices. */
function Recipients() {
  const targets = useQuery(administration('notifications', (signal) => answer(api.GET('/v1/admin/notifications', { signal }))));
  const addresses = (targets.data?.items ?? []).filter(({ kind, enabled }) => kind === 'mail' && enabled).map(({ address }) => address);

  return targets.data === undefined ? (
    <Problem error={targets.error} />
  ) : (
    <p>
      {addresses.length === 0
        ? t('It goes to nobody yet: no mail address is told of notices.')
        : t('It goes to {addresses}.', { addresses: addresses.join(', ') })}{' '}
      <Link href="/settings/notifications">{t('Who is told')}</Link>
    </p>
  );
}

function Preview({ every, tongue }: { every: 'weekly' | 'monthly'; tongue: 'en' | 'fr' }) {
  const query = { every, language: tongue };
  const letter = useQuery(
    administration(`letter ${every} ${tongue}`, (signal) => answer(api.GET('/v1/admin/letters/preview', { params: { query }, signal }))),
  );
  const save = (html: LetterPreview['html']) => saveAs(new Blob([html], { type: 'text/html' }), 'letter.html');

  return (
    <Panel
      title={t('The last one')}
      sub={letter.data?.subject}
      aside={
        letter.data === undefined ? null : (
          <Button size="compact-sm" variant="default" onClick={() => save(letter.data.html)}>
            {t('As mail clients show it')}
          </Button>
        )
      }
    >
      {letter.data !== undefined ? (
        <pre className="letter" lang={tongue} tabIndex={0}>
          {letter.data.text}
        </pre>
      ) : letter.error ? (
        <Failed what={t('The letter')} error={letter.error} retry={() => void letter.refetch()} />
      ) : letter.isPending ? (
        <Placeholder height={320} label={t('the letter')} />
      ) : (
        <Empty title={t('There is no letter')} />
      )}
    </Panel>
  );
}
