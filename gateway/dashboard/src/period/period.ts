import { useMemo } from 'react';
import { useSearchParams } from 'wouter';

export const presets = [
  { value: 'last-24-hours', label: 'Last 24 hours' },
  { value: 'today', label: 'Today' },
  { value: 'yesterday', label: 'Yesterday' },
  { value: 'last-7-days', label: 'Last 7 days' },
  { value: 'last-30-days', label: 'Last 30 days' },
] as const;

export type Preset = (typeof presets)[number]['value'];

/** What the numbers are asked for: a named period, or days from–to (both included). */
export type Period = { preset: Preset } | { from: string; to: string };

export const defaultPreset: Preset = 'last-7-days';

const dayForm = /^\d{4}-\d{2}-\d{2}$/;

/** Reads the period from the address; anything unreadable means the default. */
export function readPeriod(params: URLSearchParams): Period {
  const from = params.get('from');
  const to = params.get('to');
  if (from && to && isDay(from) && isDay(to)) {
    return from <= to ? { from, to } : { from: to, to: from };
  }

  const preset = presets.find(({ value }) => value === params.get('period'));

  return { preset: preset?.value ?? defaultPreset };
}

/** Writes the period into a copy of the address; the default leaves no trace. A page number means nothing in another period. */
export function writePeriod(params: URLSearchParams, period: Period): URLSearchParams {
  const next = new URLSearchParams(params);
  for (const name of ['period', 'from', 'to', 'cursor', 'page']) {
    next.delete(name);
  }

  if ('from' in period) {
    next.set('from', period.from);
    next.set('to', period.to);
  } else if (period.preset !== defaultPreset) {
    next.set('period', period.preset);
  }

  return next;
}

/** The period as the API's query parameters. */
export const periodQuery = (period: Period): { period?: Preset; from?: string; to?: string } =>
  'from' in period ? { from: period.from, to: period.to } : { period: period.preset };

/** Hours for what fits on a screen as hours, days for the rest. */
export function intervalOf(period: Period): 'hour' | 'day' {
  if ('preset' in period) {
    return period.preset === 'last-7-days' || period.preset === 'last-30-days' ? 'day' : 'hour';
  }

  return (Date.parse(period.to) - Date.parse(period.from)) / 86_400_000 < 3 ? 'hour' : 'day';
}

export const describePeriod = (period: Period): string =>
  'from' in period
    ? `${period.from} to ${period.to}`
    : (presets.find(({ value }) => value === period.preset)?.label ?? period.preset);

export function usePeriod(): [Period, (period: Period) => void] {
  const [params, setParams] = useSearchParams();
  const period = useMemo(() => readPeriod(params), [params]);

  return [period, (next) => setParams((current) => writePeriod(current, next))];
}

/** The part of the address that goes along from page to page. */
export function usePeriodSearch(): string {
  const [params] = useSearchParams();
  const text = writePeriod(new URLSearchParams(), readPeriod(params)).toString();

  return text === '' ? '' : `?${text}`;
}

function isDay(text: string): boolean {
  return dayForm.test(text) && !Number.isNaN(Date.parse(text));
}
