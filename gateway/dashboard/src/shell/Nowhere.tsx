import { Link } from 'wouter';
import { t } from '../language/language';
import { Empty } from './states';

/** Every address that no page has. */
export const Nowhere = () => (
  <>
    <div className="page-head">
      <h1>{t('Not found')}</h1>
    </div>
    <section className="panel">
      <Empty title={t('There is no page at this address')} icon="search">
        <p>{t('A part of it may be missing, or the page has moved.')}</p>
        <p>
          <Link href="/">{t('Go to the overview')}</Link> · <Link href="/domains">{t('All domains')}</Link> ·{' '}
          <Link href="/activity">{t('Search all mail')}</Link>
        </p>
      </Empty>
    </section>
  </>
);
