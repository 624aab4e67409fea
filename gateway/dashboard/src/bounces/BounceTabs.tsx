import { Link, useLocation } from 'wouter';
import { usePeriodSearch } from '../period/period';

export function BounceTabs() {
  const [location] = useLocation();
  const search = usePeriodSearch();

  return (
    <nav className="places" aria-label="Bounces">
      <Link href={`/bounces${search}`} aria-current={location === '/bounces' ? 'page' : undefined}>
        Reasons and events
      </Link>
      <Link href={`/bounces/unknown${search}`} aria-current={location === '/bounces/unknown' ? 'page' : undefined}>
        Unknown replies
      </Link>
    </nav>
  );
}
