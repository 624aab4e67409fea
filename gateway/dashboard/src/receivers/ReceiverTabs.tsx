import { Link, useLocation } from 'wouter';
import { t } from '../language/language';
import { usePeriodSearch } from '../period/period';

export function ReceiverTabs() {
  const [location] = useLocation();
  const search = usePeriodSearch();

  return (
    <nav className="places" aria-label={t('Receivers')}>
      <Link href={`/receivers${search}`} aria-current={location === '/receivers' ? 'page' : undefined}>
        {t('Numbers')}
      </Link>
      <Link href={`/receivers/waiting${search}`} aria-current={location === '/receivers/waiting' ? 'page' : undefined}>
        {t('Waiting and time to deliver')}
      </Link>
    </nav>
  );
}
