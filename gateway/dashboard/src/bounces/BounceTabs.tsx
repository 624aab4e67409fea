import { Link, useLocation } from 'wouter';
import { t } from '../language/language';
import { usePeriodSearch } from '../period/period';

export function BounceTabs() {
  const [location] = useLocation();
  const search = usePeriodSearch();

  return (
    <nav className="places" aria-label={t('Bounces')}>
      <Link href={`/bounces${search}`} aria-current={location === '/bounces' ? 'page' : undefined}>
        {t('Reasons and events')}
      </Link>
      <Link href={`/bounces/trends${search}`} aria-current={location === '/bounces/trends' ? 'page' : undefined}>
        {t('Trends')}
      </Link>
      <Link href={`/bounces/unknown${search}`} aria-current={location === '/bounces/unknown' ? 'page' : undefined}>
        {t('Unknown replies')}
      </Link>
    </nav>
  );
}
