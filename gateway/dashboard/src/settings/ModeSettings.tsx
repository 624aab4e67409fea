import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useQuery, type UseMutationResult } from '@tanstack/react-query';
import type { ComponentType, ReactNode } from 'react';
import { t } from '../language/language';
import { Failed, Panel } from '../shell/states';
import { administration } from './administrator';
import { modeOf, modes, type Mode } from './modes';
import { Form, Problem, Saved } from './parts';

export type Save<Rules> = UseMutationResult<Rules, Error, Rules>;

/** The settings of something that is off, observes or enforces; `form` begins anew where others were saved elsewhere. */
export function ModeSettings<Rules>({ title, name, read, save, form: RulesForm }: {
  title: string;
  /** Tells these settings from others that are kept. */
  name: string;
  read: (signal: AbortSignal) => Promise<Rules>;
  save: Save<Rules>;
  form: ComponentType<{ saved: Rules; save: Save<Rules> }>;
}) {
  const rules = useQuery(administration(name, read));

  return (
    <Panel title={title}>
      {rules.data !== undefined ? (
        <RulesForm key={JSON.stringify(rules.data)} saved={rules.data} save={save} />
      ) : rules.error ? (
        <Failed what={t('The settings')} error={rules.error} retry={() => void rules.refetch()} />
      ) : null}
    </Panel>
  );
}

/** The mode, what belongs to it, and Save. */
export function ModeForm<Rules extends object>({ title, mode, setMode, rules, saved, save, complete = true, children, notes }: {
  title: string;
  mode: Mode;
  setMode: (mode: Mode) => void;
  /** What the fields say now. */
  rules: Rules;
  saved: Rules;
  save: Save<Rules>;
  /** Nothing is missing that cannot be left out. */
  complete?: boolean;
  children: ReactNode;
  notes: ReactNode;
}) {
  const changed = (Object.keys(rules) as (keyof Rules)[]).some((name) => (rules[name] ?? null) !== (saved[name] ?? null));

  return (
    <>
      <Form label={title} onSubmit={() => save.mutate(rules)}>
        <NativeSelect
          size="xs"
          label={t('Mode')}
          data={[...modes]}
          value={mode}
          onChange={(event) => setMode(modeOf(event.currentTarget.value))}
        />
        {children}
        <Button type="submit" size="xs" loading={save.isPending} disabled={!complete}>
          {t('Save')}
        </Button>
        <Saved when={save.isSuccess && !changed} />
      </Form>
      <Problem error={save.error} />
      {notes}
    </>
  );
}

/** A whole number, or nothing. */
export const NumberField = ({ label, placeholder, value, onChange }: {
  label: string;
  /** What nothing means. */
  placeholder?: string;
  value: string;
  onChange: (value: string) => void;
}) => (
  <TextInput
    size="xs"
    label={label}
    placeholder={placeholder}
    inputMode="numeric"
    value={value}
    onChange={(event) => onChange(event.currentTarget.value.replace(/\D/g, ''))}
  />
);

/** What a field of `NumberField` means. */
export const numberOf = (text: string): number | null => (text === '' ? null : Number(text));
