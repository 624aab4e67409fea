import { Button, CopyButton } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { t } from '../language/language';
import { Icon } from '../shell/Icon';

/** A button that asks once more before it does what cannot be undone. */
export function ConfirmButton({ label, question, onConfirm, busy }: {
  label: string;
  question: string;
  onConfirm: () => void;
  busy?: boolean;
}) {
  const [asked, setAsked] = useState(false);

  if (!asked) {
    return (
      <Button size="compact-xs" variant="default" loading={busy ?? false} onClick={() => setAsked(true)}>
        {label}
      </Button>
    );
  }

  return (
    <span className="confirm" role="group" aria-label={question}>
      {question}
      <Button
        size="compact-xs"
        color="red"
        autoFocus
        onClick={() => {
          setAsked(false);
          onConfirm();
        }}
      >
        {label}
      </Button>
      <Button size="compact-xs" variant="default" onClick={() => setAsked(false)}>
        {t('Cancel')}
      </Button>
    </span>
  );
}

/** Something that is shown once and never again. */
export const ShownOnce = ({ title, secret }: { title: string; secret: string }) => (
  <div className="shown-once" role="status">
    <p>
      <b>{title}</b> {t('It is shown only now: copy it to where it is needed.')}
    </p>
    <p className="shown-once-line">
      <code>{secret}</code>
      <CopyButton value={secret}>
        {({ copied, copy }) => (
          <Button size="compact-xs" variant="default" onClick={copy}>
            {copied ? t('Copied') : t('Copy')}
          </Button>
        )}
      </CopyButton>
    </p>
  </div>
);

export const Problem = ({ error }: { error: Error | null }) =>
  error === null ? null : (
    <p role="alert" className="error-text form-problem">
      <Icon name="warning" size={14} /> {error.message}
    </p>
  );

/** `when`: what is on screen is what was saved, never while something else waits to be saved. */
export const Saved = ({ when }: { when: boolean }) => (
  <span role="status" className="saved">
    {when ? (
      <>
        <Icon name="check" size={14} /> {t('Saved')}
      </>
    ) : null}
  </span>
);

export const Form = ({ children, onSubmit, label }: { children: ReactNode; onSubmit: () => void; label: string }) => (
  <form
    className="filters"
    aria-label={label}
    noValidate
    onSubmit={(event) => {
      event.preventDefault();
      onSubmit();
    }}
  >
    {children}
  </form>
);

/** One setting: what it is and does, and beside it the control. */
export const Setting = ({ name, text, children, of }: { name: string; text: string; children: ReactNode; of?: string }) => (
  <div className="setting">
    <div>
      {of === undefined ? <h2>{name}</h2> : <label htmlFor={of}>{name}</label>}
      <p>{text}</p>
    </div>
    <div>{children}</div>
  </div>
);
