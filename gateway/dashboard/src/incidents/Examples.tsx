import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { StatusBadge } from '../activity/StatusBadge';
import { deliveriesQuery } from '../api/queries';
import type { Incident } from '../api/types';
import { t, tn } from '../language/language';
import { Failed, Panel, Placeholder } from '../shell/states';
import { Address } from '../table/Address';

const shown = 5;
const quarter = 15 * 60_000;

/** Some of the mail that it is about, each with all its attempts. */
export function Examples({ incident, now }: { incident: Incident; now: number }) {
  const from = Math.floor(Date.parse(incident.startedAt) / quarter) * quarter;
  const to = Math.ceil((incident.closedAt ? Date.parse(incident.closedAt) : now) / quarter) * quarter;
  const examples = useQuery({
    ...deliveriesQuery({
      from: new Date(from).toISOString(),
      to: new Date(Math.max(to, from + quarter)).toISOString(),
      status: ['deferred', 'softBounced', 'hardBounced'],
      limit: shown,
      ...(incident.domain ? { domain: incident.domain } : {}),
      ...(incident.provider ? { provider: incident.provider } : {}),
      ...(incident.outgoingIp ? { ip: incident.outgoingIp } : {}),
    }),
    enabled: incident.kind !== 'silence',
  });
  if (incident.kind === 'silence') {
    return null;
  }

  return (
    <Panel title={t('Examples')} sub={t('each with all its attempts')}>
      {examples.data === undefined ? (
        examples.error ? (
          <Failed what={t('The examples')} error={examples.error} retry={() => void examples.refetch()} />
        ) : (
          <Placeholder height={120} label={t('the examples')} />
        )
      ) : examples.data.items.length === 0 ? (
        <p className="muted">{t('None of its mail waits or has failed any more.')}</p>
      ) : (
        <ul className="examples">
          {examples.data.items.map((delivery) => (
            <li key={delivery.id}>
              <StatusBadge status={delivery.status} brief />
              <Link href={`/activity/${delivery.id}`}>
                <Address value={delivery.recipient} />
              </Link>
              <span className="muted small">{tn(delivery.attempts, '{n} try|{n} tries')}</span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
