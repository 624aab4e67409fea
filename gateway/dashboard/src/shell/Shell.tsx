import { Popover, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, type ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { listen } from '../api/live';
import { callerQuery } from '../api/queries';
import { FindButton } from '../find/FindButton';
import { count } from '../format/numbers';
import { fullMoment } from '../format/times';
import { useOpenCount } from '../incidents/OpenTag';
import { t } from '../language/language';
import mark from '../mark.svg';
import { usePeriodSearch } from '../period/period';
import { signOut } from '../session/session';
import { Icon, type IconName } from './Icon';
import { Banners, LiveIndicator } from './LiveIndicator';
import { useTimeZone } from './preferences';
import { QuotaBar } from './QuotaBar';

type Place = { path: string; label: string; icon: IconName };

const places: Place[] = [
  { path: '/', label: t('Overview'), icon: 'home' },
  { path: '/incidents', label: t('Incidents'), icon: 'warning' },
  { path: '/domains', label: t('Domains'), icon: 'chart' },
  { path: '/receivers', label: t('Receivers'), icon: 'globe' },
  { path: '/bounces', label: t('Bounces'), icon: 'mail' },
  { path: '/activity', label: t('Activity'), icon: 'list' },
  { path: '/settings', label: t('Settings'), icon: 'columns' },
];

// On a phone there is room for five: the fifth leads to the others.
const onPhones = places.filter(({ path }) => ['/', '/incidents', '/domains', '/bounces'].includes(path));
const behindMore = places.filter((place) => !onPhones.includes(place));

/** What stands around every page: whose it is, navigation, quota, how fresh the numbers are. */
export function Shell({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const search = usePeriodSearch();
  const [location] = useLocation();
  useEffect(() => listen(queries), [queries]);

  return (
    <>
      <a className="skip" href="#content">
        {t('Skip to the content')}
      </a>
      <Patterns />
      <header className="top">
        <div className="bar">
          <Link href={`/${search}`} className="brand" aria-label={t('MailStats, to the overview')}>
            <img src={mark} alt="" width="22" height="22" />
          </Link>
          <Tenant />
          <nav className="nav" aria-label={t('Main')}>
            {places.map(({ path, label }) => (
              <Link key={path} href={path + search} aria-current={isAt(location, path) ? 'page' : undefined}>
                {label}
                {path === '/incidents' ? <OpenCount /> : null}
              </Link>
            ))}
          </nav>
          <div className="top-tools">
            <FindButton />
            <LiveIndicator />
            <ThemeButton />
            <button type="button" className="icon-btn" aria-label={t('Sign out')} title={t('Sign out')} onClick={() => signOut('asked')}>
              <Icon name="out" />
            </button>
          </div>
        </div>
        <QuotaBar />
        <Banners />
      </header>
      <main id="content" tabIndex={-1}>
        <PrintHead />
        {children}
      </main>
      <nav className="tabs" aria-label={t('Main, at the bottom')}>
        {onPhones.map(({ path, label, icon }) => (
          <Link key={path} href={path + search} aria-current={isAt(location, path) ? 'page' : undefined}>
            <Icon name={icon} size={18} />
            {label}
            {path === '/incidents' ? <OpenCount /> : null}
          </Link>
        ))}
        <More search={search} location={location} />
      </nav>
    </>
  );
}

const isAt = (location: string, path: string): boolean =>
  path === '/' ? location === '/' : location === path || location.startsWith(`${path}/`);

/** How many incidents are open. */
function OpenCount() {
  const open = useOpenCount();

  return open === 0 ? null : (
    <span className="count">
      {count(open)}
      <span className="hidden-text"> {t('open')}</span>
    </span>
  );
}

/** The places that a phone has no room for. */
function More({ search, location }: { search: string; location: string }) {
  const [opened, setOpened] = useState(false);
  const here = behindMore.some(({ path }) => isAt(location, path));

  return (
    <Popover opened={opened} onChange={setOpened} position="top-end" trapFocus returnFocus>
      <Popover.Target>
        <button type="button" aria-current={here ? 'page' : undefined} onClick={() => setOpened(!opened)}>
          <Icon name="more" size={18} />
          {t('More')}
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('More places')}>
        <div className="more-menu">
          {behindMore.map(({ path, label }) => (
            <Link key={path} href={path + search} aria-current={isAt(location, path) ? 'page' : undefined} onClick={() => setOpened(false)}>
              {label}
            </Link>
          ))}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

/** Whose numbers these are. */
function Tenant() {
  const caller = useQuery(callerQuery());

  return (
    <span className="tenant" title={caller.data === undefined ? undefined : t('Signed in with “{name}”', { name: caller.data.name })}>
      <bdi>{caller.data?.tenantName ?? ''}</bdi>
    </span>
  );
}

/** Paper does not say by itself whose it is and when it was printed. */
function PrintHead() {
  const caller = useQuery(callerQuery());
  const zone = useTimeZone();
  const [printedAt, setPrintedAt] = useState(() => Date.now());
  useEffect(() => {
    const note = (): void => setPrintedAt(Date.now());
    window.addEventListener('beforeprint', note);

    return () => window.removeEventListener('beforeprint', note);
  }, []);

  return (
    <div className="only-print">
      <div className="print-head">
        <b>
          MailStats · <bdi>{caller.data?.tenantName ?? ''}</bdi>
        </b>
        <span>{t('printed {time} ({zone})', { time: fullMoment(printedAt, zone), zone })}</span>
      </div>
    </div>
  );
}

/** Hatches for all charts: what is pending, and what is still running. */
const Patterns = () => (
  <svg width="0" height="0" aria-hidden="true" style={{ position: 'absolute' }}>
    <defs>
      {(['pending', 'running'] as const).map((name) => (
        <pattern key={name} id={`hatch-${name}`} width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="4" height="4" className="hatch-ground" />
          <rect width="1.6" height="4" className={`hatch-${name}`} />
        </pattern>
      ))}
    </defs>
  </svg>
);

function ThemeButton() {
  // Mantine would inject a style element to hold transitions back; the content security policy allows none.
  const { setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const shown = useComputedColorScheme('light');
  const other = shown === 'light' ? 'dark' : 'light';
  const label = other === 'dark' ? t('Use the dark theme') : t('Use the light theme');

  return (
    <button type="button" className="icon-btn" aria-label={label} title={label} onClick={() => setColorScheme(other)}>
      <Icon name={other === 'dark' ? 'moon' : 'sun'} />
    </button>
  );
}
