import { NativeSelect, SegmentedControl, Skeleton } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { lazy, Suspense } from 'react';
import { t } from '../language/language';
import { presets, usePeriod, type Preset } from './period';

// The calendar is needed by few: it is loaded when a custom range is wanted.
const CustomRange = lazy(() => import('./CustomRange'));

const choices = [...presets, { value: 'custom', label: t('Custom range') }];

export function PeriodPicker() {
  const [period, setPeriod] = usePeriod();
  const wide = useMediaQuery('(min-width: 75em)', undefined, { getInitialValueInEffect: false });
  const chosen = 'from' in period ? 'custom' : period.preset;

  const choose = (value: string): void => {
    if (value !== 'custom') {
      setPeriod({ preset: value as Preset });
    } else if (!('from' in period)) {
      setPeriod(lastWeek());
    }
  };

  return (
    <div className="period">
      {wide ? (
        <SegmentedControl aria-label={t('Period')} size="xs" data={choices} value={chosen} onChange={choose} />
      ) : (
        <NativeSelect
          aria-label={t('Period')}
          size="xs"
          data={choices}
          value={chosen}
          onChange={(event) => choose(event.currentTarget.value)}
        />
      )}
      {'from' in period ? (
        <Suspense fallback={<Skeleton height={30} width={220} />}>
          <CustomRange period={period} choose={setPeriod} />
        </Suspense>
      ) : null}
    </div>
  );
}

function lastWeek(): { from: string; to: string } {
  const form = new Intl.DateTimeFormat('sv-SE', { year: 'numeric', month: '2-digit', day: '2-digit' });
  const now = Date.now();

  return { from: form.format(now - 6 * 86_400_000), to: form.format(now) };
}
