import { Link } from 'wouter';
import type { Incident } from '../api/types';
import { t } from '../language/language';
import { headline, when } from './incidentTexts';

/** What the marks of a chart are about, by their words. */
export const ChartIncidents = ({ incidents, zone }: { incidents: Incident[]; zone: string }) =>
  incidents.length === 0 ? null : (
    <ul className="chart-incidents" aria-label={t('Incidents in the chart')}>
      {incidents.map((incident) => (
        <li key={incident.id}>
          <Link href={`/incidents/${incident.id}`}>
            <bdi>{headline(incident)}</bdi>
          </Link>{' '}
          <span className="muted">
            {incident.closedAt
              ? t('{from} until {to}', { from: when(incident.startedAt, zone, Date.now()), to: when(incident.closedAt, zone, Date.now()) })
              : t('since {when}', { when: when(incident.startedAt, zone, Date.now()) })}
          </span>
        </li>
      ))}
    </ul>
  );
