import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../api/client';
import type { Reason, ReplyRuleBody, UnknownReply } from '../api/types';
import { t, tn } from '../language/language';
import { useChange } from '../settings/administrator';
import { Form, Problem } from '../settings/parts';
import { Panel } from '../shell/states';
import { reasonIds, reasonName } from './reasons';

const reasons = [...reasonIds].sort((left, right) => reasonName(left).localeCompare(reasonName(right)));

/** Says what a kind of reply means: tried against past failures, then saved. */
export function RuleForm({ reply, onClose }: { reply: UnknownReply; onClose: () => void }) {
  const [reason, setReason] = useState('');
  const [phrase, setPhrase] = useState('');
  const [hard, setHard] = useState('');
  const [advice, setAdvice] = useState('');

  const body: ReplyRuleBody = {
    reason: reason === '' ? null : (reason as Reason),
    ...(phrase.trim() === '' ? { fingerprint: reply.fingerprint } : { phrases: [phrase.trim()] }),
    ...(hard === '' ? {} : { hard: hard === 'hard' }),
    ...(advice.trim() === '' ? {} : { advice: advice.trim() }),
  };

  const trial = useMutation({ mutationFn: () => answer(api.POST('/v1/reply-rules/try', { body })) });
  const save = useChange(() =>
    answer(api.POST('/v1/unknown-replies/{fingerprint}/rule', { params: { path: { fingerprint: reply.fingerprint } }, body })),
  );

  return (
    <Panel
      title={t('What does this reply mean?')}
      aside={
        <Button size="compact-xs" variant="default" onClick={onClose}>
          {t('Close')}
        </Button>
      }
    >
      <p className="quoted">
        <code>{reply.example ?? reply.text}</code>
      </p>
      <Form label={t('Make a rule')} onSubmit={() => save.mutate(undefined, { onSuccess: onClose })}>
        <NativeSelect
          size="xs"
          label={t('Reason')}
          data={[{ value: '', label: t('Choose a reason') }, ...reasons.map((value) => ({ value, label: reasonName(value) }))]}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <NativeSelect
          size="xs"
          label={t('Bounce')}
          data={[
            { value: '', label: t('As the reason says') },
            { value: 'soft', label: t('Soft') },
            { value: 'hard', label: t('Hard: the address is bad') },
          ]}
          value={hard}
          onChange={(event) => setHard(event.currentTarget.value)}
        />
        <TextInput
          size="xs"
          className="search"
          label={t('Words that must occur (empty: this kind of reply alone)')}
          maxLength={500}
          value={phrase}
          onChange={(event) => setPhrase(event.currentTarget.value)}
        />
        <TextInput
          size="xs"
          className="search"
          label={t('Advice (empty: the reason’s)')}
          maxLength={500}
          value={advice}
          onChange={(event) => setAdvice(event.currentTarget.value)}
        />
        <Button size="xs" variant="default" disabled={reason === ''} loading={trial.isPending} onClick={() => trial.mutate()}>
          {t('Try it')}
        </Button>
        <Button type="submit" size="xs" disabled={reason === ''} loading={save.isPending}>
          {t('Save the rule')}
        </Button>
      </Form>
      <p role="status" className="muted">
        {trial.data === undefined
          ? t('Saving reclassifies past failures, and the statistics change with them.')
          : t(trial.data.complete ? 'It would apply to {some} of {all}.' : 'It would apply to {some} of {all} (the latest ones).', {
              some: tn(trial.data.matched, '{n} failure|{n} failures'), all: tn(trial.data.examined, '{n} past failure|{n} past failures'),
            })}
      </p>
      <Problem error={trial.error ?? save.error} />
    </Panel>
  );
}
