import { NativeSelect, SegmentedControl, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import { moment } from '../format/times';
import { chooseTimeZone, hasChosenTimeZone, ownTimeZone, useTimeZone } from '../shell/preferences';
import { Panel } from '../shell/states';

const zones = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')];

/** What this reader alone sees; kept in this browser. */
export function PreferenceSettings() {
  const zone = useTimeZone();
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true });

  return (
    <Panel title="Preferences in this browser">
      <div className="settings-form">
        <NativeSelect
          size="xs"
          label="Time zone"
          className="setting"
          description={`Days, hours and times are shown in this zone. It is now ${moment(Date.now(), zone)}.`}
          data={[
            { value: '', label: `Same as this computer (${ownTimeZone()})` },
            ...zones.map((name) => ({ value: name, label: name.replaceAll('_', ' ') })),
          ]}
          value={hasChosenTimeZone() ? zone : ''}
          onChange={(event) => chooseTimeZone(event.currentTarget.value || null)}
        />
        <div>
          <p className="setting-label" id="theme-label">
            Theme
          </p>
          <SegmentedControl
            size="xs"
            aria-labelledby="theme-label"
            data={[
              { value: 'auto', label: 'Same as this computer' },
              { value: 'light', label: 'Light' },
              { value: 'dark', label: 'Dark' },
            ]}
            value={colorScheme}
            onChange={(value) => setColorScheme(value as MantineColorScheme)}
          />
        </div>
      </div>
    </Panel>
  );
}
