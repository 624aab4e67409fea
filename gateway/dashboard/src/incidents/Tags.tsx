import type { Incident } from '../api/types';
import { moment } from '../format/times';
import { t } from '../language/language';
import { course, isMuted, kindName } from './incidentTexts';

/** Whether it goes on, of which kind it is, and whether anybody is told of it. */
export const Tags = ({ incident, zone, now }: { incident: Incident; zone: string; now: number }) => (
  <span className="tags">
    {incident.closedAt ? <span className="tag">{course(incident, now)}</span> : (
      <span className="tag" data-soft>
        <b>{course(incident, now)}</b>
      </span>
    )}
    <span className="tag">{kindName(incident.kind)}</span>
    {isMuted(incident, now) && incident.mutedUntil ? <span className="tag">{t('muted until {when}', { when: moment(incident.mutedUntil, zone) })}</span> : null}
  </span>
);
