import { useMemo } from 'react';
import { useSearchParams } from 'wouter';
import { t } from '../language/language';

export const presets = [
  { value: 'last-24-hours', label: t('Last 24 hours') },
  { value: 'today', label: t('Today') },
  { value: 'yesterday', label: t('Yesterday') },
  { value: 'last-7-days', label: t('Last 7 days') },
  { value: 'last-30-days', label: t('Last 30 days') },
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

// What the API gives by the hour, in days; more bars than pixels would say nothing anyway.
const mostHours = 31;

/** How a chart of this period can be cut, and how it is unless somebody chooses. */
export function intervalsOf(period: Period, narrow: boolean): { usual: 'hour' | 'day'; possible: readonly ('hour' | 'day')[] } {
  const days = daysOf(period);
  if (days <= 2) {
    return { usual: 'hour', possible: ['hour'] };
  }

  return { usual: days <= (narrow ? 2 : 7) ? 'hour' : 'day', possible: days <= mostHours ? ['hour', 'day'] : ['day'] };
}

function daysOf(period: Period): number {
  if ('preset' in period) {
    return { 'last-7-days': 7, 'last-30-days': 30 }[period.preset as string] ?? 1;
  }

  return Math.round((Date.parse(period.to) - Date.parse(period.from)) / 86_400_000) + 1;
}

/** About when a period began and ends, for whom hours do not matter: milliseconds since 1970. */
export function spanOf(period: Period): readonly [from: number, to: number] {
  const day = 86_400_000;
  if ('from' in period) {
    return [Date.parse(period.from), Math.min(Date.now(), Date.parse(period.to) + day)];
  }
  const to = Date.now() - (period.preset === 'yesterday' ? day : 0);

  return [to - daysOf(period) * day, to];
}

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
