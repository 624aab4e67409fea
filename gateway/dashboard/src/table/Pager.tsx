import { Button, NativeSelect } from '@mantine/core';
import { useEffect } from 'react';
import { useSearchParams } from 'wouter';
import { count } from '../format/numbers';
import { t } from '../language/language';
import { Icon } from '../shell/Icon';

const sizes = ['50', '100', '250', '500'];

/** Which page of a list, out of the address. */
export function usePage(): { cursor: string | undefined; limit: number; number: number } {
  const [params] = useSearchParams();
  const size = params.get('size');

  return {
    cursor: params.get('cursor') ?? undefined,
    limit: Number(sizes.includes(size ?? '') ? size : '50'),
    number: Math.max(1, Number.parseInt(params.get('page') ?? '1', 10) || 1),
  };
}

// Cursors only lead on. Where they came from is remembered while the tab lives; an address that was opened from outside
// leads back to the first page.
const previous = new Map<string, string>();

/** From page to page of a list that goes on by cursors. */
export function CursorPager({ label, next, shown }: {
  label: string;
  /** Absent while the page is on its way: the rows on screen are still another page's. */
  next: string | null | undefined;
  shown: number;
}) {
  const [params, setParams] = useSearchParams();
  const { cursor, limit, number } = usePage();

  const go = (to: string | undefined, page: number): void => {
    setParams((current) => {
      const changed = new URLSearchParams(current);
      changed.delete('cursor');
      changed.delete('page');
      if (to !== undefined && to !== '') {
        changed.set('cursor', to);
        changed.set('page', String(page));
      }

      return changed;
    });
  };

  useEffect(() => {
    if (next) {
      previous.set(next, cursor ?? '');
    }
  }, [next, cursor]);

  if (number === 1 && !next && !params.has('size') && shown < limit) {
    return shown === 0 ? null : <p className="pager muted">{t('{n} in all', { n: count(shown) })}</p>;
  }

  return (
    <nav className="pager" aria-label={t('Pages of {what}', { what: label })}>
      <Button size="compact-sm" variant="default" disabled={cursor === undefined} onClick={() => go(undefined, 1)}>
        {t('Newest')}
      </Button>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<Icon name="left" size={14} />}
        disabled={cursor === undefined || !previous.has(cursor)}
        onClick={() => go(previous.get(cursor ?? ''), number - 1)}
      >
        {t('Newer')}
      </Button>
      <span>{t('Page {n}', { n: count(number) })}</span>
      <Button
        size="compact-sm"
        variant="default"
        rightSection={<Icon name="right" size={14} />}
        disabled={!next}
        onClick={() => go(next ?? undefined, number + 1)}
      >
        {t('Older')}
      </Button>
      <NativeSelect
        size="xs"
        aria-label={t('Rows per page of {what}', { what: label })}
        data={sizes.map((value) => ({ value, label: t('{n} rows', { n: value }) }))}
        value={String(limit)}
        onChange={(event) => {
          const { value } = event.currentTarget;
          setParams((current) => {
            const changed = new URLSearchParams(current);
            changed.delete('cursor');
            changed.delete('page');
            changed.set('size', value);

            return changed;
          });
        }}
      />
    </nav>
  );
}

/** Stands below a list whose latest row is the first. */
export function LatestFirst(props: Parameters<typeof CursorPager>[0]) {
  const { cursor } = usePage();

  return props.shown === 0 && cursor === undefined ? null : (
    <div className="table-foot">
      <p>{t('Latest first.')}</p>
      <CursorPager {...props} />
    </div>
  );
}

/** From page to page of rows that are all here. */
export function RowPager({ label, total, size, page, onPage }: {
  label: string;
  total: number;
  size: number;
  page: number;
  onPage: (page: number) => void;
}) {
  const pages = Math.max(1, Math.ceil(total / size));
  if (pages === 1) {
    return null;
  }

  const first = (page - 1) * size + 1;

  return (
    <nav className="pager" aria-label={t('Pages of {what}', { what: label })}>
      <Button size="compact-sm" variant="default" leftSection={<Icon name="left" size={14} />} disabled={page <= 1} onClick={() => onPage(page - 1)}>
        {t('Previous')}
      </Button>
      <span>
        {t('{first}–{last} of {total}', { first: count(first), last: count(Math.min(total, first + size - 1)), total: count(total) })}
      </span>
      <Button size="compact-sm" variant="default" rightSection={<Icon name="right" size={14} />} disabled={page >= pages} onClick={() => onPage(page + 1)}>
        {t('Next')}
      </Button>
    </nav>
  );
}
