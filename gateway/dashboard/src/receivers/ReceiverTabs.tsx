import { t } from '../language/language';
import { PageTabs } from '../shell/PageTabs';

const pages = [
  { path: '/receivers', name: t('Numbers') },
  { path: '/receivers/waiting', name: t('Waiting and time to deliver') },
];

export const ReceiverTabs = () => <PageTabs label={t('Receivers')} pages={pages} />;
