import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { callerQuery } from '../api/queries';
import { collectionsQuery } from '../collections/collectionQueries';
import { t, tn } from '../language/language';
import { Copy } from '../shell/Copy';
import { Icon } from '../shell/Icon';
import { Panel } from '../shell/states';

/** No mail at all so far: the next three steps. They watch themselves; the page goes on by itself with the first mail. */
export function FirstSteps() {
  const caller = useQuery(callerQuery());
  const collections = useQuery(collectionsQuery());
  const hosts = collections.data?.hosts.length ?? 0;
  const administrator = caller.data?.scopes.includes('admin') === true;
  const command = `MailStats.Collector follow --format postfix --url ${window.location.origin} --key … /var/log/mail.log`;

  return (
    <Panel title={t('No mail yet: three steps')} sub={t('The first mail appears here by itself.')}>
      <ol className="steps">
        <li>
          <h3>
            <Icon name={hosts > 0 ? 'check' : 'plus'} /> {t('1. Bring mail in')}
          </h3>
          <p>{t('Read the log of a mail server where it is written; whole old logs can be imported, too.')}</p>
          <p className="quoted-line">
            <code>{command}</code> <Copy value={command} what={t('the command')} />
          </p>
          <p className="muted">{hosts > 0 ? tn(hosts, '{n} collector has been heard of.|{n} collectors have been heard of.')
            : t('No collector has been heard of yet.')}</p>
          {administrator ? <Link href="/settings/webhook-sources">{t('Or let your provider report by webhook')}</Link> : null}
        </li>
        <li>
          <h3>
            <Icon name="plus" /> {t('2. Say which domains are yours')}
          </h3>
          <p>{t('One DNS record proves it. Validated domains stand first in every list.')}</p>
          {administrator ? <Link href="/settings/domains">{t('Register a domain')}</Link> : <Ask />}
        </li>
        <li>
          <h3>
            <Icon name="plus" /> {t('3. Set the monthly quota')}
          </h3>
          <p>{t('The bar above then shows how much is used, and mail servers that ask refuse mail when it is used up.')}</p>
          {administrator ? (
            <>
              <Link href="/settings/quotas">{t('Set a limit')}</Link> <Link href="/settings/mail-servers">{t('Connect a mail server')}</Link>
            </>
          ) : (
            <Ask />
          )}
        </li>
      </ol>
    </Panel>
  );
}

const Ask = () => <p className="muted">{t('An administrator can do this.')}</p>;
