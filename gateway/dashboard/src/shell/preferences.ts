import { useSyncExternalStore } from 'react';

const storageName = 'mailstats.timeZone';
const listeners = new Set<() => void>();

export const ownTimeZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';

/** The zone in which this reader sees days and times: chosen in the settings, else the browser's. */
export function timeZone(): string {
  const chosen = window.localStorage.getItem(storageName);

  return chosen !== null && isZone(chosen) ? chosen : ownTimeZone();
}

export function chooseTimeZone(zone: string | null): void {
  if (zone === null) {
    window.localStorage.removeItem(storageName);
  } else {
    window.localStorage.setItem(storageName, zone);
  }
  listeners.forEach((listener) => listener());
}

export const hasChosenTimeZone = (): boolean => window.localStorage.getItem(storageName) !== null;

export function useTimeZone(): string {
  return useSyncExternalStore(subscribe, timeZone);
}

function isZone(zone: string): boolean {
  try {
    Intl.DateTimeFormat('en', { timeZone: zone });

    return true;
  } catch (error) {
    if (error instanceof RangeError) {
      return false;
    }
    throw error;
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('storage', listener);

  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', listener);
  };
}
