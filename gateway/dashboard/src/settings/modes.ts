import { t } from '../language/language';

/** What the suppression list and the brake may do, as a choice. */
export const modes = [
  { value: 'off', label: t('Off') },
  { value: 'observe', label: t('Observe') },
  { value: 'enforce', label: t('Enforce') },
] as const;

export type Mode = (typeof modes)[number]['value'];

export const modeOf = (text: string): Mode => modes.find(({ value }) => value === text)?.value ?? 'observe';
