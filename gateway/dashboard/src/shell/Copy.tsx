import { CopyButton } from '@mantine/core';
import { t } from '../language/language';
import { Icon } from './Icon';

/** Copies an identifier; says so for a moment. */
export const Copy = ({ value, what }: { value: string; what: string }) => (
  <CopyButton value={value} timeout={1500}>
    {({ copied, copy }) => (
      <button
        type="button"
        className="copy"
        aria-label={copied ? t('Copied') : t('Copy {what}', { what })}
        title={copied ? t('Copied') : t('Copy {what}', { what })}
        onClick={(event) => {
          event.stopPropagation();
          copy();
        }}
      >
        <Icon name={copied ? 'check' : 'copy'} size={14} />
      </button>
    )}
  </CopyButton>
);
