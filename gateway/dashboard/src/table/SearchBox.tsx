import { TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { Icon } from '../shell/Icon';

const wait = 300;

/** A search that goes into the address when the typing pauses. */
export function SearchBox({ label, placeholder, value, onSearch }: {
  label: string;
  placeholder: string;
  value: string;
  onSearch: (value: string) => void;
}) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);

  useEffect(() => {
    if (text === value) {
      return;
    }
    const timer = window.setTimeout(() => onSearch(text), wait);

    return () => window.clearTimeout(timer);
    // The address is written when the text changes, not when its writer does.
  }, [text]);

  return (
    <TextInput
      className="search"
      type="search"
      size="xs"
      label={label}
      placeholder={placeholder}
      maxLength={200}
      leftSection={<Icon name="search" size={14} />}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
    />
  );
}
