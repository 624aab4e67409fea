import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { incidentsOfQuery, openIncidentsQuery, overviewQuery, type Scope } from '../api/queries';
import { asOf } from '../api/refresh';
import type { Incident } from '../api/types';
import { count } from '../format/numbers';
import { t, tn } from '../language/language';
import { Icon } from '../shell/Icon';
import { Curve } from './Curve';
import { shareText, stepsOf, title, worstFirst } from './incidentTexts';

const concernsDomain = (incident: Incident, domain: string | undefined): boolean => domain === undefined || !incident.domain || incident.domain === domain;

// Ten failing recipients in half a day are the least that is told: below so many in seven days that cannot be.
const tooFewAWeek = 140;

const tooFew = (recipients: number): string =>
  tn(
    recipients,
    '{n} recipient in seven days is too few to say more: a fault shows from ten failing recipients in half a day on.|' +
      '{n} recipients in seven days are too few to say more: a fault shows from ten failing recipients in half a day on.',
  );

/** One sentence of state: what is wrong and the one thing to do, or that nothing is. Of everything, or of one domain. */
export function IncidentStrip({ scope }: { scope: Scope }) {
  const open = useQuery(openIncidentsQuery());
  const ofPeriod = useQuery(incidentsOfQuery(scope));
  const week = useQuery(overviewQuery({ ...scope, period: { preset: 'last-7-days' } }));
  const { domain, timeZone: zone } = scope;
  if (open.data === undefined) {
    return (
      <div className="state" role={open.error ? 'alert' : 'status'} aria-label={open.error ? undefined : t('Loading {what}', { what: t('the incidents') })}>
        <Icon name="level" size={20} />
        <p className="first">{open.error ? t('Whether something is wrong could not be loaded.') : ' '}</p>
      </div>
    );
  }

  const now = asOf(open);
  const wrong = worstFirst(open.data.items.filter((incident) => concernsDomain(incident, domain)), now);
  const [worst] = wrong;
  const all = domain === undefined ? '/incidents' : `/incidents?domain=${encodeURIComponent(domain)}`;
  if (worst === undefined) {
    const over = ofPeriod.data?.items.filter(({ closedAt }) => closedAt).length ?? 0;
    const sent = week.data?.recipients.value ?? tooFewAWeek;

    return (
      <section className="state" aria-label={t('What is wrong')}>
        <Icon name="check" size={20} />
        <p className="first">
          <b>{t('All normal.')}</b>{' '}
          {domain === undefined ? t('Mail goes out as is usual for its domains and receivers.') : t('Mail of this domain goes out as is usual.')}
          {over === 0 ? null : ` ${tn(over, '{n} incident of the period is over.|{n} incidents of the period are over.')}`}
          {sent >= tooFewAWeek ? null : ` ${tooFew(sent)}`}
        </p>
        <Link href={all}>{t('Past incidents')}</Link>
      </section>
    );
  }

  return (
    <section className="state" data-kind={worst.acknowledgedAt ? undefined : 'warn'} aria-label={t('What is wrong')}>
      <Icon name="warning" size={20} />
      <div>
        <p className="first">
          <b>
            <Link href={`/incidents/${worst.id}`}>{title(worst, zone, now)}</Link>.
          </b>{' '}
          {worst.kind === 'silence' ? '' : t('{rate} of first attempts fail, usually {usual}.', {
            rate: shareText(worst.rate), usual: shareText(worst.usualRate),
          })}
        </p>
        <p className="small">
          {[
            worst.waiting === 0 ? '' : t('{n} wait.', { n: count(worst.waiting) }),
            stepsOf(worst, null)[0] ?? '',
            worst.acknowledgedAt ? t('Somebody has seen it.') : '',
          ].filter(Boolean).join(' ')}{' '}
          {wrong.length === 1 ? null : <Link href={all}>{tn(wrong.length - 1, 'And {n} more is open|And {n} more are open')}</Link>}
        </p>
      </div>
      <div className="panel-tools">
        <Curve incident={worst} now={now} />
        <Link href={`/incidents/${worst.id}`} className="button-link">
          {t('What to do')}
        </Link>
      </div>
    </section>
  );
}
