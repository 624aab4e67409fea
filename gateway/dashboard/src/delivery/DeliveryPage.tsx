import { Button, CopyButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { ApiProblem } from '../api/problem';
import { deliveryQuery } from '../api/queries';
import type { Delivery } from '../api/types';
import { statusLabel } from '../activity/StatusBadge';
import { adviceOf } from '../bounces/advice';
import { safeLink } from '../bounces/links';
import { moment } from '../format/times';
import { Text } from '../language/Text';
import { t } from '../language/language';
import { Icon } from '../shell/Icon';
import { useTimeZone } from '../shell/preferences';
import { Empty, Failed, Placeholder } from '../shell/states';
import { Address } from '../table/Address';
import { asText } from './asText';
import { DeliveryFacts } from './DeliveryFacts';
import { headline } from './headline';
import { LinkDialog } from './LinkDialog';
import { Timeline } from './Timeline';

/** One delivery: what became of it, what to do, every attempt in the server's words, and all facts. */
export default function DeliveryPage({ params }: { params: { id: string } }) {
  const zone = useTimeZone();
  const found = useQuery(deliveryQuery(params.id));
  const delivery = found.data;

  if (delivery === undefined) {
    return (
      <>
        <Crumb />
        <section className="panel">
          {found.error instanceof ApiProblem && found.error.status === 404 ? (
            <Gone />
          ) : found.error ? (
            <Failed what={t('The delivery')} error={found.error} retry={() => void found.refetch()} />
          ) : (
            <Placeholder height={400} label={t('the delivery')} />
          )}
        </section>
      </>
    );
  }

  return <Known delivery={delivery} zone={zone} />;
}

function Known({ delivery, zone }: { delivery: Delivery; zone: string }) {
  const [linking, setLinking] = useState(false);
  const now = Date.now();

  return (
    <>
      <div className="page-head">
        <Crumb name={delivery.queueId ?? delivery.id} />
        <div className="page-tools">
          <CopyButton value={asText(delivery, zone, now)}>
            {({ copied, copy }) => (
              <Button size="xs" variant="default" leftSection={<Icon name={copied ? 'check' : 'copy'} size={14} />} onClick={copy}>
                {copied ? t('Copied') : t('Copy as text')}
              </Button>
            )}
          </CopyButton>
          <Button size="xs" variant="default" leftSection={<Icon name="link" size={14} />} onClick={() => setLinking(true)}>
            {t('Link without a key…')}
          </Button>
        </div>
      </div>
      <div className="delivery">
        <section className="panel" aria-label={t('What became of it')}>
          <div className="delivery-answer">
            <h1>{headline(delivery, zone, now)}</h1>
            <p>
              <Text
                of={delivery.subject ? 'To {recipient} from {sender}, “{subject}”.' : 'To {recipient} from {sender}.'}
                values={{
                  recipient: (
                    <b>
                      <Address value={delivery.recipient} />
                    </b>
                  ),
                  sender: <Address value={delivery.sender} />,
                  subject: <bdi>{delivery.subject}</bdi>,
                }}
              />
            </p>
            <Earlier delivery={delivery} zone={zone} />
            <Advice delivery={delivery} />
          </div>
          <Timeline delivery={delivery} zone={zone} now={now} />
        </section>
        <DeliveryFacts delivery={delivery} zone={zone} />
      </div>
      <LinkDialog id={delivery.id} zone={zone} opened={linking} onClose={() => setLinking(false)} />
    </>
  );
}

/** What was so before, and is no longer. */
const Earlier = ({ delivery, zone }: { delivery: Delivery; zone: string }) => (
  <>
    {delivery.earlier.map((earlier) => (
      <p key={`${earlier.status} ${earlier.occurredAt}`} className="delivery-earlier">
        {earlier.status === 'complained'
          ? t('The recipient reported it as unwanted, {when}.', { when: moment(earlier.occurredAt, zone) })
          : t('Before that it was “{status}”, {when}.', { status: statusLabel(earlier.status), when: moment(earlier.occurredAt, zone) })}
      </p>
    ))}
  </>
);

function Advice({ delivery }: { delivery: Delivery }) {
  if (!delivery.reason || !delivery.advice) {
    return null;
  }

  const page = delivery.documentation ? safeLink(delivery.documentation) : null;

  return (
    <div className="delivery-advice">
      <b>{t('What to do')}</b>
      <span>
        {adviceOf(delivery.reason, delivery.advice)}{' '}
        {page === null ? null : (
          <a href={page} target="_blank" rel="noopener noreferrer nofollow">
            {t('Help at {host}', { host: new URL(page).hostname })}
            <span className="hidden-text"> {t('(opens another site)')}</span>
          </a>
        )}
      </span>
    </div>
  );
}

const Crumb = ({ name }: { name?: string }) => (
  <nav className="crumb" aria-label={t('Where this is')}>
    <Link href="/activity">{t('Activity')}</Link>
    {name === undefined ? null : (
      <>
        {' / '}
        <bdi className="mono">{name}</bdi>
      </>
    )}
  </nav>
);

const Gone = () => (
  <>
    <h1 className="hidden-text">{t('Not found')}</h1>
    <Empty title={t('There is no such delivery')} icon="search">
      <p>{t('It may have been erased, or be older than deliveries are kept.')}</p>
      <p>
        <Link href="/activity">{t('Search all mail')}</Link>
      </p>
    </Empty>
  </>
);
