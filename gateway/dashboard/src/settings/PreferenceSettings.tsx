import { Select, SegmentedControl, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import { moment } from '../format/times';
import { t } from '../language/language';
import { chooseTimeZone, hasChosenTimeZone, ownTimeZone, useTimeZone } from '../shell/preferences';
import { Setting } from './parts';

const own = 'own';

/** The zone's time by its name of today: many names of zones are older than today's clocks. */
function nameOf(zone: string): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'shortOffset' }).formatToParts(Date.now());
  const offset = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';

  return `${zone.replaceAll('_', ' ')} (${offset.replace('GMT', 'UTC')})`;
}

// Names that moved: the old ones are what browsers list, the new ones what people look for.
const todaysNames: Record<string, string> = {
  'Asia/Calcutta': 'Asia/Kolkata', 'Asia/Katmandu': 'Asia/Kathmandu', 'Asia/Rangoon': 'Asia/Yangon', 'Asia/Saigon': 'Asia/Ho_Chi_Minh',
  'Europe/Kiev': 'Europe/Kyiv', 'America/Buenos_Aires': 'America/Argentina/Buenos_Aires', 'Atlantic/Faeroe': 'Atlantic/Faroe',
  'Pacific/Ponape': 'Pacific/Pohnpei', 'Pacific/Truk': 'Pacific/Chuuk', 'Africa/Asmera': 'Africa/Asmara',
};

/** What this reader alone sees; kept in this browser. */
export function PreferenceSettings() {
  const zone = useTimeZone();
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const zones = [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone').map((name) => todaysNames[name] ?? name)])];

  return (
    <section className="panel" aria-label={t('Preferences in this browser')}>
      <Setting name={t('Time zone')} text={t('Days, hours and times are shown in this zone. It is now {time}.', { time: moment(Date.now(), zone) })}
        of="time-zone">
        <Select
          id="time-zone"
          size="xs"
          w={320}
          searchable
          allowDeselect={false}
          limit={100}
          nothingFoundMessage={t('Nothing matches')}
          comboboxProps={{ transitionProps: { duration: 0 } }}
          data={[{ value: own, label: t('Same as this computer ({zone})', { zone: ownTimeZone() }) }, ...zones.map((name) => ({ value: name,
            label: nameOf(name) }))]}
          value={hasChosenTimeZone() ? zone : own}
          onChange={(value) => chooseTimeZone(value === own ? null : value)}
        />
      </Setting>
      <Setting name={t('Theme')} text={t('Light or dark colours.')}>
        <SegmentedControl
          size="xs"
          aria-label={t('Theme')}
          data={[
            { value: 'auto', label: t('Same as this computer') },
            { value: 'light', label: t('Light') },
            { value: 'dark', label: t('Dark') },
          ]}
          value={colorScheme}
          onChange={(value) => setColorScheme(value as MantineColorScheme)}
        />
      </Setting>
    </section>
  );
}
