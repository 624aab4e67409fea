import { Link } from 'wouter';
import type { Incident } from '../api/types';
import { count } from '../format/numbers';
import { t, tn } from '../language/language';
import { Actions } from './Actions';
import { IncidentChart } from './IncidentChart';
import { headline, isMuted, shareText, title } from './incidentTexts';
import { Tags } from './Tags';

/** One that goes on, large: what happens, how much of it, and its curve. */
export function OpenIncident({ incident, zone, now }: { incident: Incident; zone: string; now: number }) {
  return (
    <section className="panel open-incident" data-quiet={isMuted(incident, now) || incident.acknowledgedAt ? true : undefined} aria-label={headline(incident)}>
      <div>
        <Tags incident={incident} zone={zone} now={now} />
        <h2>
          <Link href={`/incidents/${incident.id}`}>
            <bdi>{title(incident, zone, now)}</bdi>
          </Link>
        </h2>
        <Contrasted incident={incident} />
        <Numbers incident={incident} />
        <div className="panel-tools">
          <Link href={`/incidents/${incident.id}`} className="button-link">
            {t('What to do')}
          </Link>
          <Actions incident={incident} zone={zone} />
        </div>
      </div>
      {incident.mailbox ? null : (
        <IncidentChart incident={incident} zone={zone} now={now} label={t('Attempts that fail: {what}', { what: headline(incident) })} brief />
      )}
    </section>
  );
}

/** Whose fault it is, told from where it does not happen. */
export const Contrasted = ({ incident }: { incident: Incident }) => <p className="muted">{concerns(incident)}</p>;

export function concerns({ kind, domain, mailbox, provider, outgoingIp }: Incident): string {
  if (mailbox) {
    return t('It concerns this mailbox alone: its mail is refused (451) until somebody releases it.');
  }
  if (kind === 'silence') {
    return t('It usually sends at this time, and other domains do.');
  }
  if (outgoingIp) {
    return t('It concerns what this one address sends: mail from others gets through.');
  }
  if (domain && provider) {
    return t('Other receivers take mail from this domain, and this receiver takes your other domains’ mail: it concerns the two together.');
  }
  if (domain) {
    return t('Your other domains get through at the same receivers: it concerns this domain alone.');
  }

  return provider
    ? t('It concerns all your domains at this receiver; other receivers take their mail.')
    : t('It concerns all domains and all receivers: the cause is most likely on your side.');
}

const Numbers = ({ incident }: { incident: Incident }) =>
  incident.kind === 'silence' ? null : (
    <dl className="figures">
      <div>
        <dd>{count(incident.failed)}</dd>
        <dt>{tn(incident.failed, 'recipient failed at first|recipients failed at first')}</dt>
      </div>
      <div>
        <dd>{count(incident.waiting)}</dd>
        <dt>{tn(incident.waiting, 'of them waits|of them wait')}</dt>
      </div>
      <div>
        <dd className="slow">{shareText(incident.rate)}</dd>
        <dt>{t('of first attempts fail, usually {rate}', { rate: shareText(incident.usualRate) })}</dt>
      </div>
    </dl>
  );
