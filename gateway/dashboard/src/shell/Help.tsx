import { Popover } from '@mantine/core';
import type { ReactNode } from 'react';
import { helpOf, type Topic } from './helpTexts';

/** A word or a link that explains itself when it is clicked. */
export function Help({ topic, children, className = 'help', label }: {
  topic: Topic;
  children?: ReactNode;
  className?: string;
  /** Said in place of what is seen, where that is only a mark. */
  label?: string;
}) {
  const { title, texts } = helpOf(topic);

  return (
    <Popover position="bottom-start" withArrow trapFocus returnFocus>
      <Popover.Target>
        <button type="button" className={className} aria-label={label}>
          {children}
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label={title}>
        <div className="help-text" tabIndex={-1} data-autofocus>
          <h3>{title}</h3>
          {texts.map((text) => (
            <p key={text}>{text}</p>
          ))}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
