import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { policyStatusQuery } from '../api/queries';
import { collectionsQuery } from '../collections/collectionQueries';
import { count } from '../format/numbers';
import { moment } from '../format/times';
import { t } from '../language/language';
import { Copy } from '../shell/Copy';
import { useTimeZone } from '../shell/preferences';
import { Failed, Panel, Placeholder } from '../shell/states';
import { useParam } from '../shell/urlState';
import { SelfTest } from './SelfTest';
import { collectorOf, policyOf, servers } from './wiring';

/** A mail server from "we have one" to "it reports and asks", step by step, with a test that shows it. */
export default function MailServerSettings() {
  const zone = useTimeZone();
  const [chosen, choose] = useParam('server');
  const status = useQuery(policyStatusQuery());
  const collections = useQuery(collectionsQuery());
  const server = servers.find(({ value }) => value === chosen)?.value ?? 'postfix';
  const hosts = collections.data?.hosts ?? [];
  const listening = status.data?.listening ?? [];
  const follow = collectorOf(server, window.location.origin);
  const policy = policyOf(server, listening[0]);

  return (
    <Panel
      title={t('Connect a mail server')}
      aside={<NativeSelect size="xs" aria-label={t('Mail server')} data={servers} value={server} onChange={(event) => choose(event.currentTarget.value)} />}
    >
      <ol className="wizard">
        <Step number={1} title={t('Let a collector read its log')}>
          <p>{t('On the mail server, with a key that may report events:')}</p>
          <Snippet text={follow} what={t('the command')} />
          <p className="muted">
            {hosts.length === 0
              ? t('No collector has been heard of yet.')
              : t('Heard of: {hosts}', { hosts: hosts.map(({ host, seenAt }) => `${host} (${moment(seenAt, zone)})`).join(', ') })}
          </p>
        </Step>
        <Step number={2} title={t('Let it ask before it takes mail')}>
          {status.data === undefined ? (
            status.error ? (
              <Failed what={t('The policy service')} error={status.error} retry={() => void status.refetch()} />
            ) : (
              <Placeholder height={80} label={t('the policy service')} />
            )
          ) : (
            <>
              {listening.length === 0 ? (
                <>
                  <p>{t('The policy service listens nowhere yet. Start MailStats with an address that the mail server reaches:')}</p>
                  <Snippet text="Policy__Listen__0=127.0.0.1:10033" what={t('the setting')} />
                </>
              ) : (
                <p>{t('The policy service listens at {places}.', { places: listening.join(', ') })}</p>
              )}
              <p>{t('In the mail server’s configuration:')}</p>
              <Snippet text={policy} what={t('the configuration')} />
              <p className="muted">
                {status.data.lastAskedAt === null
                  ? t('No mail server has asked since {time}: a used-up quota blocks nothing.', { time: moment(status.data.since, zone) })
                  : t('Last asked {time}; {granted} messages let through, {refused} refused since {since}.', {
                      time: moment(status.data.lastAskedAt, zone),
                      granted: count(status.data.decisions.granted),
                      refused: count(status.data.decisions.refused),
                      since: moment(status.data.since, zone),
                    })}
              </p>
            </>
          )}
        </Step>
        <Step number={3} title={t('See that it works')}>
          <p>{t('Send one message to an address that is made for the test. It shows whether the server asked and whether its log arrived here.')}</p>
          <SelfTest />
        </Step>
      </ol>
    </Panel>
  );
}

const Step = ({ number, title, children }: { number: number; title: string; children: ReactNode }) => (
  <li>
    <span className="step" aria-hidden="true">
      {number}
    </span>
    <div>
      <h3>{title}</h3>
      {children}
    </div>
  </li>
);

const Snippet = ({ text, what }: { text: string; what: string }) => (
  <div className="quoted-line">
    <pre tabIndex={0} aria-label={what}>
      {text}
    </pre>
    <Copy value={text} what={what} />
  </div>
);
