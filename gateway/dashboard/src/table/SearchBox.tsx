import { TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { HowToSearch } from '../find/HowToSearch';
import { Icon } from '../shell/Icon';

const wait = 300;

/** A search that goes into the address when the typing pauses. */
export function SearchBox({ label, placeholder, value, onSearch, language = false }: {
  label: string;
  placeholder: string;
  value: string;
  onSearch: (value: string) => void;
  /** The field takes the search language, and explains it. */
  language?: boolean;
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
      rightSection={language ? <HowToSearch /> : undefined}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
    />
  );
}
