import { NativeSelect } from '@mantine/core';
import { count } from '../format/numbers';

// More than anyone scrolls through, and little enough to draw at once.
const shown = 300;

/** A choice among names of which there may be thousands: the first of them, and always the one that is chosen. */
export function ChoiceOfMany({ label, all, names, value, onChoose }: {
  label: string;
  /** The words for no choice; absent where one is needed. */
  all?: string;
  names: string[];
  value: string;
  onChoose: (name: string) => void;
}) {
  const first = names.slice(0, shown);
  const options = value === '' || first.includes(value) ? first : [value, ...first];

  return (
    <NativeSelect
      size="xs"
      label={label}
      data={[
        ...(all === undefined ? [] : [{ value: '', label: all }]),
        ...options.map((name) => ({ value: name, label: name })),
        ...(names.length > shown ? [{ value: '\u0000', label: `${count(names.length - shown)} more are in the table`, disabled: true }] : []),
      ]}
      value={value}
      onChange={(event) => onChoose(event.currentTarget.value)}
    />
  );
}
