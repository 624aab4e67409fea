import { Button, Checkbox, Popover } from '@mantine/core';
import { useMemo, useState } from 'react';
import { t } from '../language/language';
import { Icon } from '../shell/Icon';
import type { EventColumn } from './eventColumns';

const storageName = 'mailstats.hiddenColumns';

type Choice = { columns: EventColumn[]; hidden: readonly string[]; setHidden: (hidden: readonly string[]) => void };

/** The columns that this reader wants to see, kept in this browser. All thirteen stand there at first. */
export function useColumns(all: EventColumn[]): Choice {
  const [hidden, setHidden] = useState<readonly string[]>(() => (window.localStorage.getItem(storageName) ?? '').split(',').filter(Boolean));

  const columns = useMemo(() => all.filter(({ key, pinned }) => pinned || !hidden.includes(key)), [all, hidden]);

  return {
    columns,
    hidden,
    setHidden: (next) => {
      window.localStorage.setItem(storageName, next.join(','));
      setHidden(next);
    },
  };
}

export function ColumnChoice({ all, hidden, setHidden }: { all: EventColumn[] } & Pick<Choice, 'hidden' | 'setHidden'>) {
  const free = all.filter(({ pinned }) => !pinned);
  const shown = free.filter(({ key }) => !hidden.includes(key)).map(({ key }) => key);

  return (
    <Popover position="bottom-end" trapFocus>
      <Popover.Target>
        <Button size="compact-sm" variant="default" leftSection={<Icon name="columns" size={14} />}>
          {t('{n} of {all} columns', { n: all.length - free.length + shown.length, all: all.length })}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('Columns')}>
        <Checkbox.Group value={shown} onChange={(keys) => setHidden(free.map(({ key }) => key).filter((key) => !keys.includes(key)))}>
          <div className="column-choice">
            {free.map(({ key, header }) => (
              <Checkbox key={key} size="xs" value={key} label={header} />
            ))}
          </div>
        </Checkbox.Group>
      </Popover.Dropdown>
    </Popover>
  );
}
