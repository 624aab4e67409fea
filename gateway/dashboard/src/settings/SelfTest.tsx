import { Button, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../api/client';
import type { SelfTestResult } from '../api/types';
import { statusLabel } from '../activity/StatusBadge';
import { clockWithSeconds } from '../format/times';
import { t } from '../language/language';
import { Copy } from '../shell/Copy';
import { Icon } from '../shell/Icon';
import { useTimeZone } from '../shell/preferences';
import { Form, Problem } from './parts';

const askEvery = 2000;

/** The policy self-test: made here, sent by the reader, watched until the server has asked and its log has arrived. */
export function SelfTest() {
  const zone = useTimeZone();
  const [sender, setSender] = useState('');
  const start = useMutation({
    mutationFn: () =>
      answer(api.POST('/v1/policy/self-test', { body: { sender: sender.trim(), recipient: null, server: null, login: null, password: null } })),
  });
  const made = start.data;
  const result = useQuery({
    queryKey: ['self-test', made?.id],
    queryFn: ({ signal }) => answer(api.GET('/v1/policy/self-test/{id}', { params: { path: { id: made?.id ?? '' } }, signal })),
    enabled: made !== undefined,
    refetchInterval: ({ state }) => (isDone(state.data) ? false : askEvery),
  });

  return (
    <>
      <Form label={t('Self-test')} onSubmit={() => start.mutate()}>
        <TextInput
          size="xs"
          label={t('Sender of the message')}
          placeholder="postmaster@shop.example"
          className="search"
          value={sender}
          onChange={(event) => setSender(event.currentTarget.value)}
        />
        <Button type="submit" size="xs" loading={start.isPending} disabled={sender.trim() === ''}>
          {t('Make a test')}
        </Button>
      </Form>
      <Problem error={start.error ?? result.error} />
      {made === undefined ? null : (
        <div role="status">
          <p>
            {t('Now send a message through your mail server, from')} <code>{made.sender}</code> <Copy value={made.sender}
              what={t('the sender')} /> {t('to')}{' '}
            <code>{made.recipient}</code> <Copy value={made.recipient} what={t('the recipient')} />
          </p>
          <ul className="self-test">
            <Mark done={result.data?.askedAtRecipient != null}>
              {result.data?.askedAtRecipient
                ? t('Asked while recipients were named, at {time}', { time: clockWithSeconds(result.data.askedAtRecipient, zone) })
                : t('Has not asked while recipients are named')}
            </Mark>
            <Mark done={result.data?.askedAtEnd != null}>
              {result.data?.askedAtEnd
                ? t('Asked before it took the message, at {time}', { time: clockWithSeconds(result.data.askedAtEnd, zone) })
                : t('Has not asked before taking the message')}
            </Mark>
            <Mark done={result.data?.logStatus != null}>
              {result.data?.logStatus
                ? t('Its log has arrived: {status}', { status: statusLabel(result.data.logStatus) })
                : t('Its log has not arrived here')}
            </Mark>
          </ul>
          {result.data === undefined ? null : <p className="muted">{result.data.summary}</p>}
        </div>
      )}
    </>
  );
}

const isDone = (result: SelfTestResult | undefined): boolean => result?.askedAtEnd != null && result.logStatus != null;

const Mark = ({ done, children }: { done: boolean; children: string }) => (
  <li className={done ? 'good' : 'muted'}>
    <Icon name={done ? 'check' : 'clock'} size={14} /> {children}
  </li>
);
