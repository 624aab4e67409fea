import { Link, useLocation } from 'wouter';
import { usePeriodSearch } from '../period/period';

/** The pages of one subject, beside its name; the period goes along. */
export function PageTabs({ label, pages }: { label: string; pages: readonly { path: string; name: string }[] }) {
  const [location] = useLocation();
  const search = usePeriodSearch();

  return (
    <nav className="places" aria-label={label}>
      {pages.map(({ path, name }) => (
        <Link key={path} href={path + search} aria-current={location === path ? 'page' : undefined}>
          {name}
        </Link>
      ))}
    </nav>
  );
}
