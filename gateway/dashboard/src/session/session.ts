import { useSyncExternalStore } from 'react';
import { t } from '../language/language';

const storageName = 'mailstats.key';
const listeners = new Set<() => void>();

/** Why the session ended, shown on the sign-in page. */
export type SignOutReason = 'asked' | 'refused';

/** True where an authority has just sent the reader back, with a code or with its refusal. */
export function comesFromAuthority(): boolean {
  const search = new URLSearchParams(window.location.search);

  return search.has('state') && (search.has('code') || search.has('error'));
}

let signOutReason: SignOutReason | null = null;

// Each tab keeps its own key (it outlives a reload), a new tab begins with the latest one: two tabs may show two tenants, and
// what one tab does never changes whose page another one is.
let mine: string | null = window.sessionStorage.getItem(storageName) ?? window.localStorage.getItem(storageName);
let elsewhere: string | null = null;

/**
 * Standalone prints a link that ends in `#key=…`. A fragment never reaches a server or a log; it is moved to the
 * browser's storage at once, so that it does not stay in the address bar or the history.
 *
 * A link from somebody else could so sign the reader in to that somebody's tenant, where what the reader then types can be
 * read: the key in use is replaced only when the reader says so.
 */
export function takeKeyFromAddress(): void {
  const key = keyInAddress();
  if (key !== null && (mine === null || mine === key)) {
    keep(key);
    leaveAddress();
  }
}

/** The same where another key is in use: asked when the page can ask in the reader's language. */
export function askForKeyInAddress(): void {
  const key = keyInAddress();
  if (key === null) {
    return;
  }

  if (window.confirm(t('This link signs in with another key than the one in use here. Go on only if you asked for this link. Replace the key?'))) {
    keep(key);
  }
  leaveAddress();
}

const keyInAddress = (): string | null => new URLSearchParams(window.location.hash.slice(1)).get('key')?.trim() || null;

const leaveAddress = (): void => window.history.replaceState(null, '', window.location.pathname + window.location.search);

export const currentKey = (): string | null => mine;

export function signIn(key: string): void {
  signOutReason = null;
  keep(key.trim());
  announce();
}

export function signOut(reason: SignOutReason): void {
  if (mine === null) {
    return;
  }

  signOutReason = reason;
  window.sessionStorage.removeItem(storageName);
  if (window.localStorage.getItem(storageName) === mine) {
    window.localStorage.removeItem(storageName);
  }
  mine = null;
  announce();
}

export const lastSignOutReason = (): SignOutReason | null => signOutReason;

export const useSignedIn = (): boolean => useSyncExternalStore(subscribe, () => mine !== null);

/** Whether another tab has signed in as somebody else since; this one goes on as it was. */
export const useSignedInElsewhere = (): boolean => useSyncExternalStore(subscribe, () => elsewhere !== null && elsewhere !== mine);

/** Goes on as whoever signed in in the other tab. */
export function followOtherTab(): void {
  if (elsewhere !== null) {
    keep(elsewhere);
    window.location.reload();
  }
}

export function stayAsBefore(): void {
  elsewhere = null;
  announce();
}

function keep(key: string): void {
  mine = key;
  elsewhere = null;
  window.sessionStorage.setItem(storageName, key);
  window.localStorage.setItem(storageName, key);
}

function announce(): void {
  listeners.forEach((listener) => listener());
}

function onStorage(event: StorageEvent): void {
  if (event.key !== storageName || event.storageArea !== window.localStorage) {
    return;
  }

  if (event.newValue === null) {
    // Signing out is of the key, in whichever tab it is in use.
    if (event.oldValue === mine && mine !== null) {
      window.sessionStorage.removeItem(storageName);
      mine = null;
    }
  } else if (mine === null) {
    keep(event.newValue);
  } else {
    elsewhere = event.newValue === mine ? null : event.newValue;
  }
  announce();
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) {
    window.addEventListener('storage', onStorage);
  }
  listeners.add(listener);

  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      window.removeEventListener('storage', onStorage);
    }
  };
}
