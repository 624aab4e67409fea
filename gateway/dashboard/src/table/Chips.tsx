import { useSearchParams } from 'wouter';
import { t } from '../language/language';
import { Icon } from '../shell/Icon';

type Chip = { name: string; text: string; on: boolean };

/** The filters in force; each is taken away by itself, or all at once. */
export function Chips({ chips }: { chips: Chip[] }) {
  const [, setParams] = useSearchParams();
  const set = chips.filter(({ on }) => on);
  if (set.length === 0) {
    return null;
  }

  const drop = (names: string[]): void =>
    setParams((current) => {
      const next = new URLSearchParams(current);
      [...names, 'cursor', 'page'].forEach((name) => next.delete(name));

      return next;
    });

  return (
    <div className="chips filters" role="group" aria-label={t('Filters in force')}>
      {set.map(({ name, text }) => (
        <button key={name} type="button" className="chip" aria-label={t('Remove the filter {filter}', { filter: text })} onClick={() => drop([name])}>
          <bdi>{text}</bdi>
          <Icon name="cross" size={12} />
        </button>
      ))}
      <button type="button" className="as-link small" onClick={() => drop(set.map(({ name }) => name))}>
        {t('Clear all')}
      </button>
    </div>
  );
}
