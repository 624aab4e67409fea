import { useHotkeys } from '@mantine/hooks';
import { lazy, Suspense, useState } from 'react';
import { t } from '../language/language';
import { Icon } from '../shell/Icon';

const FindDialog = lazy(() => import('./FindDialog'));

const isMac = typeof navigator !== 'undefined' && /mac|iphone|ipad/i.test(navigator.userAgent);

/** The one search field of every page: a click, ⌘K or Ctrl+K, or "/" where nobody types. */
export function FindButton() {
  const [opened, setOpened] = useState(false);
  const open = (): void => setOpened(true);
  useHotkeys([['mod+K', open]], []);
  useHotkeys([['/', open]]);

  return (
    <>
      <button type="button" className="find" aria-keyshortcuts="Control+K Meta+K" onClick={open}>
        <Icon name="search" size={14} />
        <span>{t('Find a mail')}</span>
        <kbd>{isMac ? '⌘K' : 'Ctrl K'}</kbd>
      </button>
      {opened ? (
        <Suspense fallback={null}>
          <FindDialog onClose={() => setOpened(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
