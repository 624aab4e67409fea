import { addressText, domainName } from '../format/idn';
import { t } from '../language/language';

/**
 * An address as people write it. What strangers wrote in it cannot turn the text around it. No sender at all is said in words.
 */
export function Address({ value }: { value: string }) {
  if (value === '') {
    return <span className="muted">{t('(no sender)')}</span>;
  }

  const shown = addressText(value);

  return <bdi title={shown === value ? undefined : value}>{shown}</bdi>;
}

/** A domain in its letters; its ASCII form on hover. */
export const Domain = ({ value }: { value: string }) => {
  const shown = domainName(value);

  return value === '' ? <span className="muted">{t('(no sender)')}</span> : <bdi title={value}>{shown}</bdi>;
};
