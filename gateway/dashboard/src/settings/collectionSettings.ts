import { answer, api } from '../api/client';
import type { CollectionSettings } from '../api/types';
import { t, tn } from '../language/language';
import { administration, useChange } from './administrator';

export const settingsQuery = () => administration('collection', (signal) => answer(api.GET('/v1/settings/collection', { signal })));

/** Changes the settings as they stand at that moment: what is not touched here stays as somebody else saved it. */
export const useSettingsChange = () =>
  useChange(async (change: (now: CollectionSettings) => CollectionSettings) => {
    const now = await answer(api.GET('/v1/settings/collection'));

    return answer(api.PUT('/v1/settings/collection', { body: change(now) }));
  });

type Interval = Pick<CollectionSettings, 'continuous' | 'intervalHours'>;

const continuous = '0';

/** Continuously and every 1 to 24 hours, to choose from. */
export const intervals = [
  { value: continuous, label: t('Continuously') },
  ...Array.from({ length: 24 }, (_, index) => ({ value: String(index + 1), label: tn(index + 1, 'Every hour|Every {n} hours') })),
];

export const chosen = (settings: Interval): string => (settings.continuous ? continuous : String(settings.intervalHours ?? 1));

export const intervalLabel = (settings: Interval): string => intervals.find(({ value }) => value === chosen(settings))?.label ?? '';

/** The hours of before stay known while lines are read continuously. */
export const intervalOf = (choice: string, before: Interval | undefined): Required<Interval> =>
  choice === continuous
    ? { continuous: true, intervalHours: before?.intervalHours ?? 1 }
    : { continuous: false, intervalHours: Number(choice) };
