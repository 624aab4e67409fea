import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { incidentQuery } from '../api/queries';
import { asOf } from '../api/refresh';
import { t } from '../language/language';
import { title } from './incidentTexts';

/** The incident that a delivery belongs to, by its sentence. */
export function Belongs({ id, zone }: { id: string; zone: string }) {
  const found = useQuery(incidentQuery(id));

  return (
    <Link href={`/incidents/${id}`}>
      <bdi>{found.data === undefined ? t('an incident') : title(found.data, zone, asOf(found))}</bdi>
    </Link>
  );
}
