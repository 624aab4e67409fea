import { Select } from '@mantine/core';
import { t } from '../language/language';

// More than anyone scrolls through, and little enough to draw at once: what is further down is found by its letters.
const shown = 100;
const none = '\u0000';

/** A choice among names of which there may be thousands: found by any part of the name. */
export function ChoiceOfMany({ label, all, names, value, onChoose, write = (name) => name, labelled = false }: {
  label: string;
  /** The words for no choice; absent where one is needed. */
  all?: string;
  names: readonly string[];
  value: string;
  onChoose: (name: string) => void;
  /** How a name is shown. */
  write?: (name: string) => string;
  /** The label is seen, not only heard. */
  labelled?: boolean;
}) {
  const known = value === '' || names.includes(value) ? names : [value, ...names];

  return (
    <Select
      size="xs"
      {...(labelled ? { label } : { 'aria-label': label })}
      searchable
      limit={shown}
      allowDeselect={false}
      maxDropdownHeight={320}
      nothingFoundMessage={t('Nothing matches')}
      comboboxProps={{ transitionProps: { duration: 0 } }}
      data={[...(all === undefined ? [] : [{ value: none, label: all }]), ...known.map((name) => ({ value: name, label: write(name) }))]}
      value={value === '' && all !== undefined ? none : value}
      onChange={(name) => onChoose(name === none || name === null ? '' : name)}
    />
  );
}
