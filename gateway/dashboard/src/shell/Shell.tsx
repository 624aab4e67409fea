import { ActionIcon, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, type ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { listen } from '../api/live';
import { usePeriodSearch } from '../period/period';
import { signOut } from '../session/session';
import { Icon } from './Icon';
import { ConnectionBanner, LiveIndicator } from './LiveIndicator';
import { QuotaBar } from './QuotaBar';
import mark from '../mark.svg';

const places = [
  { path: '/', label: 'Overview' },
  { path: '/domains', label: 'Domains' },
  { path: '/bounces', label: 'Bounces' },
  { path: '/activity', label: 'Activity' },
  { path: '/settings', label: 'Settings' },
] as const;

/** What stands around every page: navigation, quota, how fresh the numbers are. */
export function Shell({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const search = usePeriodSearch();
  const [location] = useLocation();
  useEffect(() => listen(queries), [queries]);

  return (
    <>
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <header className="top">
        <div className="top-row">
          <Link href={`/${search}`} className="brand">
            <img src={mark} alt="" width="24" height="24" />
            MailStats
          </Link>
          <nav className="places" aria-label="Main">
            {places.map(({ path, label }) => (
              <Link key={path} href={path + search} aria-current={isAt(location, path) ? 'page' : undefined}>
                {label}
              </Link>
            ))}
          </nav>
          <div className="top-tools">
            <LiveIndicator />
            <ThemeButton />
            <ActionIcon variant="subtle" color="gray" size="lg" aria-label="Sign out" title="Sign out" onClick={() => signOut('asked')}>
              <Icon name="out" size={18} />
            </ActionIcon>
          </div>
        </div>
        <QuotaBar />
        <ConnectionBanner />
      </header>
      <main id="content" tabIndex={-1}>
        {children}
      </main>
    </>
  );
}

const isAt = (location: string, path: string): boolean =>
  path === '/' ? location === '/' : location === path || location.startsWith(`${path}/`);

function ThemeButton() {
  // Mantine would inject a style element to hold transitions back; the content security policy allows none.
  const { setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const shown = useComputedColorScheme('light');
  const other = shown === 'light' ? 'dark' : 'light';

  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      aria-label={`Use the ${other} theme`}
      title={`Use the ${other} theme`}
      onClick={() => setColorScheme(other)}
    >
      <Icon name={other === 'dark' ? 'moon' : 'sun'} size={18} />
    </ActionIcon>
  );
}
