import { t } from '../language/language';

const examples: readonly (readonly [string, string])[] = [
  ['ann@example.net', t('one address, whole')],
  ['@example.net', t('a domain')],
  ['invoice march', t('both words, or their beginnings, anywhere')],
  ['subject:"your order"', t('these words, side by side, in one field')],
  ['to: from: subject: queue: id: reply: host: ip: tag:', t('before a word: only there')],
];

/** How to ask, for every field that takes the search language. */
export const SearchHelp = () => (
  <dl className="search-help">
    {examples.map(([asked, means]) => (
      <div key={asked}>
        <dt>
          <code>{asked}</code>
        </dt>
        <dd>{means}</dd>
      </div>
    ))}
  </dl>
);
