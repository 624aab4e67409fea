import { useQuery } from '@tanstack/react-query';
import { Link, Redirect, Route, Switch, useLocation } from 'wouter';
import { usePeriodSearch } from '../period/period';
import { Placeholder } from '../shell/states';
import { administratorQuery } from './administrator';
import { DomainSettings } from './DomainSettings';
import { KeySettings } from './KeySettings';
import { NotificationSettings } from './NotificationSettings';
import { PreferenceSettings } from './PreferenceSettings';
import { QuotaSettings } from './QuotaSettings';
import { StatisticsSettings } from './StatisticsSettings';

const everyones = [
  { path: '/settings', label: 'Statistics' },
  { path: '/settings/preferences', label: 'Preferences' },
];

const administrators = [
  { path: '/settings/domains', label: 'Domains' },
  { path: '/settings/quotas', label: 'Quotas' },
  { path: '/settings/keys', label: 'API keys' },
  { path: '/settings/notifications', label: 'Notifications' },
];

export default function SettingsPage() {
  const [location] = useLocation();
  const search = usePeriodSearch();
  const administrator = useQuery(administratorQuery());
  const isAdministrator = administrator.data === true;

  return (
    <>
      <div className="page-head">
        <h1>Settings</h1>
      </div>
      <nav className="places settings-places" aria-label="Settings">
        {[...everyones, ...(isAdministrator ? administrators : [])].map(({ path, label }) => (
          <Link key={path} href={path + search} aria-current={location === path ? 'page' : undefined}>
            {label}
          </Link>
        ))}
      </nav>
      <Switch>
        <Route path="/settings">
          <StatisticsSettings mayChange={isAdministrator} />
        </Route>
        <Route path="/settings/preferences" component={PreferenceSettings} />
        {administrator.isPending ? (
          <Route>
            <Placeholder height={240} label="the settings" />
          </Route>
        ) : isAdministrator ? (
          <Switch>
            <Route path="/settings/domains" component={DomainSettings} />
            <Route path="/settings/quotas" component={QuotaSettings} />
            <Route path="/settings/keys" component={KeySettings} />
            <Route path="/settings/notifications" component={NotificationSettings} />
            <Route>
              <Redirect to={`/settings${search}`} replace />
            </Route>
          </Switch>
        ) : (
          <Route>
            <Redirect to={`/settings${search}`} replace />
          </Route>
        )}
      </Switch>
    </>
  );
}
