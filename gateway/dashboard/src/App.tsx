import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense, useEffect } from 'react';
import { Route, Switch, useLocation } from 'wouter';
import { ApiProblem } from './api/problem';
import { domainName } from './format/idn';
import { t } from './language/language';
import OverviewPage from './overview/OverviewPage';
import { useSignedIn } from './session/session';
import { SignIn, signInKey } from './session/SignIn';
import { decoded } from './shell/addresses';
import { Nowhere } from './shell/Nowhere';
import { PageBoundary } from './shell/PageBoundary';
import { Shell } from './shell/Shell';
import { Placeholder } from './shell/states';
import { theme } from './theme';

const ActivityPage = lazy(() => import('./activity/ActivityPage'));
const BouncesPage = lazy(() => import('./bounces/BouncesPage'));
const DeliveryPage = lazy(() => import('./delivery/DeliveryPage'));
const DomainPage = lazy(() => import('./domains/DomainPage'));
const DomainsPage = lazy(() => import('./domains/DomainsPage'));
const IncidentPage = lazy(() => import('./incidents/IncidentPage'));
const IncidentsPage = lazy(() => import('./incidents/IncidentsPage'));
const ReceiversPage = lazy(() => import('./receivers/ReceiversPage'));
const SettingsPage = lazy(() => import('./settings/SettingsPage'));
const TrendsPage = lazy(() => import('./trends/TrendsPage'));
const UnknownPage = lazy(() => import('./bounces/UnknownPage'));
const WaitingPage = lazy(() => import('./receivers/WaitingPage'));

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 1000,
      // A refusal stays a refusal; only what may pass by itself is tried again.
      retry: (failures, error) => failures < 2 && error instanceof ApiProblem && (error.status === 0 || error.status >= 500),
      retryDelay: (attempt) => 500 * 2 ** attempt,
      networkMode: 'always',
      // The live stream says what to ask for when somebody comes back (api/live.ts).
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
    },
    mutations: { networkMode: 'always' },
  },
});

/** `refusal`: why a sign-in at the authority came to nothing. */
export function App({ refusal }: { refusal: string | null }) {
  const signedIn = useSignedIn();
  useEffect(() => {
    if (!signedIn) {
      // The next to sign in must not see what this one saw. The page that signs them in is asking by now, and keeps its answer.
      queries.removeQueries({ predicate: (query) => query.queryKey[0] !== signInKey });
    }
  }, [signedIn]);

  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
      <QueryClientProvider client={queries}>
        {signedIn ? (
          // What stands around the pages is loaded in parts as well.
          <PageBoundary>
            <Shell>
              <Pages />
            </Shell>
          </PageBoundary>
        ) : (
          <SignIn refusal={refusal} />
        )}
      </QueryClientProvider>
    </MantineProvider>
  );
}

function Pages() {
  const [location] = useLocation();
  useEffect(() => {
    document.title = `${titleOf(location)} · MailStats`;
    window.scrollTo(0, 0);
  }, [location]);

  return (
    <PageBoundary key={location.split('/')[1]}>
      <Suspense fallback={<Placeholder height={400} label={t('the page')} />}>
        <Switch>
          <Route path="/" component={OverviewPage} />
          <Route path="/domains" component={DomainsPage} />
          <Route path="/domains/:domain">
            {({ domain }) => {
              const name = decoded(domain);

              return name === null ? <Nowhere /> : <DomainPage domain={name} />;
            }}
          </Route>
          <Route path="/incidents" component={IncidentsPage} />
          <Route path="/incidents/:id" component={IncidentPage} />
          <Route path="/receivers" component={ReceiversPage} />
          <Route path="/receivers/waiting" component={WaitingPage} />
          <Route path="/bounces" component={BouncesPage} />
          <Route path="/bounces/trends" component={TrendsPage} />
          <Route path="/bounces/unknown" component={UnknownPage} />
          <Route path="/activity" component={ActivityPage} />
          <Route path="/activity/:id" component={DeliveryPage} />
          <Route path="/settings/*?" component={SettingsPage} />
          <Route component={Nowhere} />
        </Switch>
      </Suspense>
    </PageBoundary>
  );
}

const titles: Record<string, string> = {
  '': t('Overview'),
  incidents: t('Incidents'),
  domains: t('Domains'),
  receivers: t('Receivers'),
  bounces: t('Bounces'),
  activity: t('Activity'),
  settings: t('Settings'),
};

function titleOf(location: string): string {
  const [first = '', second] = location.slice(1).split('/');
  const title = titles[first];
  if (title === undefined) {
    return t('Not found');
  }

  return first === 'domains' && second !== undefined ? domainName(decoded(second) ?? t('Not found')) : title;
}
