import { Popover } from '@mantine/core';
import { t } from '../language/language';
import { SearchHelp } from './SearchHelp';

/** Explains the search language beside a field that takes it. */
export const HowToSearch = () => (
  <Popover position="bottom-end" withArrow trapFocus returnFocus>
    <Popover.Target>
      <button type="button" className="icon-btn" aria-label={t('How to search')} title={t('How to search')}>
        ?
      </button>
    </Popover.Target>
    <Popover.Dropdown aria-label={t('How to search')}>
      <div className="help-text" tabIndex={-1} data-autofocus>
        <h3>{t('How to search')}</h3>
        <SearchHelp />
      </div>
    </Popover.Dropdown>
  </Popover>
);
