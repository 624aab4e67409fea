import { t } from '../language/language';
import { PageTabs } from '../shell/PageTabs';

const pages = [
  { path: '/bounces', name: t('Reasons and events') },
  { path: '/bounces/trends', name: t('Trends') },
  { path: '/bounces/unknown', name: t('Unknown replies') },
];

export const BounceTabs = () => <PageTabs label={t('Bounces')} pages={pages} />;
