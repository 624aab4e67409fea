import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { openIncidentsQuery } from '../api/queries';
import { asOf } from '../api/refresh';
import { t } from '../language/language';
import { headline, worstFirst } from './incidentTexts';

/** Beside a domain or a receiver that has an incident of its own. */
export function OpenTag({ domain, provider }: { domain?: string; provider?: string }) {
  const open = useQuery(openIncidentsQuery());
  const found = worstFirst(open.data?.items ?? [], asOf(open)).find(
    (incident) => (domain !== undefined && incident.domain === domain) || (provider !== undefined && incident.provider === provider),
  );

  return found === undefined ? null : (
    <Link href={`/incidents/${found.id}`} className="tag" data-soft title={headline(found)}>
      {t('incident')}
    </Link>
  );
}

/** How many are open and not muted: 0 while nothing is known. */
export function useOpenCount(): number {
  const open = useQuery(openIncidentsQuery());

  return worstFirst(open.data?.items ?? [], asOf(open)).length;
}
