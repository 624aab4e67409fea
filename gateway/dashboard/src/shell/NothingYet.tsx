import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { callerQuery } from '../api/queries';
import { t } from '../language/language';
import { Empty } from './states';

/** No mail in the period: what a reader can do about it. */
export function NothingYet() {
  const caller = useQuery(callerQuery());

  return (
    <Empty title={t('No mail in this period')}>
      <p>{t('Choose a longer period, or bring mail in: read a mail server’s log, post events to the API, or point a provider’s webhook here.')}</p>
      {caller.data?.scopes.includes('admin') ? (
        <p>
          <Link href="/settings/mail-servers">{t('Connect a mail server')}</Link> ·{' '}
          <Link href="/settings/webhook-sources">{t('Webhooks of providers')}</Link> ·{' '}
          <Link href="/settings">{t('When statistics are collected')}</Link>
        </p>
      ) : null}
    </Empty>
  );
}
