import type { Delivery } from '../api/types';
import { StatusBadge } from '../activity/StatusBadge';
import { reasonName } from '../bounces/reasons';
import { SmtpCode } from '../bounces/ReasonTable';
import { bytes, count } from '../format/numbers';
import { moment } from '../format/times';
import { Belongs } from '../incidents/Belongs';
import { t } from '../language/language';
import { Panel } from '../shell/states';
import { Address } from '../table/Address';
import { Fact } from '../table/Fact';
import { receiverOf } from './headline';

/** Everything that is known of a delivery, with a button to copy what else would be typed. */
export function DeliveryFacts({ delivery, zone }: { delivery: Delivery; zone: string }) {
  const last = delivery.attempts.at(-1);

  return (
    <Panel title={t('Facts')}>
      <dl className="facts panel-body">
        <Fact name={t('To')} copy={delivery.recipient}>
          <Address value={delivery.recipient} />
        </Fact>
        <Fact name={t('From')} copy={delivery.sender}>
          <Address value={delivery.sender} />
        </Fact>
        {delivery.envelopeSender ? (
          <Fact name={t('Envelope sender')} copy={delivery.envelopeSender}>
            <Address value={delivery.envelopeSender} />
          </Fact>
        ) : null}
        <Fact name={t('Subject')}>{delivery.subject ? <bdi>{delivery.subject}</bdi> : null}</Fact>
        <Fact name={t('Message ID')} copy={delivery.messageId}>
          {delivery.messageId ? <bdi className="mono">{delivery.messageId}</bdi> : null}
        </Fact>
        <Fact name={t('Queue ID')} copy={delivery.queueId}>
          {delivery.queueId ? <bdi className="mono">{delivery.queueId}</bdi> : null}
        </Fact>
        <Fact name={t('Status')}>
          <StatusBadge status={delivery.status} />
        </Fact>
        <Fact name={t('Reason')}>
          {delivery.reason ? (
            <>
              {reasonName(delivery.reason)} {last ? <SmtpCode code={last.smtpCode} enhanced={last.enhancedCode} /> : null}
            </>
          ) : null}
        </Fact>
        <Fact name={t('Receiver')}>{receiverOf(delivery)}</Fact>
        <Fact name={t('Bytes')}>{delivery.bytes === null ? null : `${count(delivery.bytes)} (${bytes(delivery.bytes)})`}</Fact>
        <Fact name={t('Spam score')}>{delivery.spamScore === null ? null : delivery.spamScore.toFixed(1)}</Fact>
        <Fact name={t('Host')} copy={delivery.host}>
          {delivery.host}
        </Fact>
        <Fact name={t('Outgoing IP')} copy={delivery.outgoingIp}>
          {[delivery.outgoingIp, delivery.pool ? t('pool {name}', { name: delivery.pool }) : null].filter(Boolean).join(', ') || null}
        </Fact>
        <Fact name={t('TLS')}>{delivery.tlsVersion}</Fact>
        <Fact name={t('Tags')}>{delivery.tags.length === 0 ? null : <bdi>{delivery.tags.join(', ')}</bdi>}</Fact>
        <Fact name={t('Client')}>{[delivery.login, delivery.clientAddress].filter(Boolean).join(', ') || null}</Fact>
        <Fact name={t('Source')}>{delivery.source}</Fact>
        <Fact name={t('Quota')}>{delivery.counted ? t('counted') : t('not counted')}</Fact>
        {delivery.suppression === null ? null : (
          <Fact name={t('Suppression')}>{t('on the list since {when}', { when: moment(delivery.suppression.createdAt, zone) })}</Fact>
        )}
        {delivery.incidents.length === 0 ? null : (
          <Fact name={t('Incidents')}>
            {delivery.incidents.map((incident) => (
              <Belongs key={incident} id={incident} zone={zone} />
            ))}
          </Fact>
        )}
      </dl>
    </Panel>
  );
}
