import { NativeSelect } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, type ComponentType } from 'react';
import { Link, Redirect, Route, Switch, useLocation } from 'wouter';
import { callerQuery } from '../api/queries';
import { t } from '../language/language';
import { usePeriodSearch } from '../period/period';
import { Failed, PageHead, Placeholder } from '../shell/states';
import { PreferenceSettings } from './PreferenceSettings';
import { StatisticsSettings } from './StatisticsSettings';

type Place = { path: string; label: string; scope?: 'admin' | 'operator'; page: ComponentType };
type Group = { title: string; places: Place[] };

const part = (load: () => Promise<{ default: ComponentType }>): ComponentType => lazy(load);

const groups: Group[] = [
  {
    title: t('Mail'),
    places: [
      { path: '/settings', label: t('Statistics'), page: StatisticsSettings },
      { path: '/settings/domains', label: t('Domains'), scope: 'admin', page: part(() => import('./DomainSettings')) },
      { path: '/settings/quotas', label: t('Quotas'), scope: 'admin', page: part(() => import('./QuotaSettings')) },
      { path: '/settings/suppression', label: t('Suppression'), scope: 'admin', page: part(() => import('./SuppressionSettings')) },
      { path: '/settings/brake', label: t('Brake'), scope: 'admin', page: part(() => import('./BrakeSettings')) },
    ],
  },
  {
    title: t('Sources'),
    places: [
      { path: '/settings/mail-servers', label: t('Mail servers'), scope: 'admin', page: part(() => import('./MailServerSettings')) },
      { path: '/settings/webhook-sources', label: t('Webhooks of providers'), scope: 'admin', page: part(() => import('./WebhookSettings')) },
    ],
  },
  {
    title: t('People'),
    places: [
      { path: '/settings/notifications', label: t('Notifications'), scope: 'admin', page: part(() => import('./NotificationSettings')) },
      { path: '/settings/letters', label: t('Letters'), scope: 'admin', page: part(() => import('./LetterSettings')) },
      { path: '/settings/users', label: t('Users and roles'), scope: 'admin', page: part(() => import('./UserSettings')) },
      { path: '/settings/keys', label: t('API keys'), scope: 'admin', page: part(() => import('./KeySettings')) },
      { path: '/settings/audit', label: t('Audit'), scope: 'admin', page: part(() => import('./AuditSettings')) },
      { path: '/settings/tenants', label: t('Tenants'), scope: 'operator', page: part(() => import('./TenantSettings')) },
    ],
  },
  {
    title: t('This browser'),
    places: [
      { path: '/settings/preferences', label: t('Preferences'), page: PreferenceSettings },
      { path: '/settings/languages', label: t('Languages'), page: part(() => import('./LanguageSettings')) },
    ],
  },
];

export default function SettingsPage() {
  const [location] = useLocation();
  const search = usePeriodSearch();
  const caller = useQuery(callerQuery());
  const mayOpen = ({ scope }: Place): boolean => scope === undefined || caller.data?.scopes.includes(scope) === true;
  const shown = groups.map(({ title, places }) => ({ title, places: places.filter(mayOpen) })).filter(({ places }) => places.length > 0);
  const open = groups.flatMap(({ title, places }) => places.map((place) => ({ ...place, group: title }))).find(({ path }) => path === location);

  return (
    <div className="settings">
      <Places groups={shown} location={location} search={search} />
      <div className="settings-page">
        <PageHead crumb={`${t('Settings')} / ${open === undefined ? '' : `${open.group} /`}`} title={<h1>{open?.label ?? t('Settings')}</h1>} />
        <Suspense fallback={<Placeholder height={240} label={t('the settings')} />}>
          <Switch>
            {groups
              .flatMap(({ places }) => places)
              .filter(mayOpen)
              .map(({ path, page: Page }) => (
                <Route key={path} path={path}>
                  <Page />
                </Route>
              ))}
            <Route>
              {caller.isPending ? (
                <Placeholder height={240} label={t('the settings')} />
              ) : caller.error ? (
                <section className="panel">
                  <Failed what={t('The settings')} error={caller.error} retry={() => void caller.refetch()} />
                </section>
              ) : (
                <Redirect to={`/settings${search}`} replace />
              )}
            </Route>
          </Switch>
        </Suspense>
      </div>
    </div>
  );
}

/** The places of the settings: a list beside the page, and one field on a phone. */
function Places({ groups: shown, location, search }: { groups: Group[]; location: string; search: string }) {
  const [, go] = useLocation();
  const narrow = useMediaQuery('(max-width: 47.99em)', undefined, { getInitialValueInEffect: false });

  return narrow ? (
    <NativeSelect
      size="xs"
      aria-label={t('Settings')}
      data={shown.map(({ title, places }) => ({ group: title, items: places.map(({ path, label }) => ({ value: path, label })) }))}
      value={location}
      onChange={(event) => go(event.currentTarget.value + search)}
    />
  ) : (
    <nav className="settings-nav" aria-label={t('Settings')}>
      {shown.map(({ title, places }) => (
        <div key={title}>
          <h2>{title}</h2>
          {places.map(({ path, label }) => (
            <Link key={path} href={path + search} aria-current={location === path ? 'page' : undefined}>
              {label}
            </Link>
          ))}
        </div>
      ))}
    </nav>
  );
}
