import { useSyncExternalStore } from 'react';

const storageName = 'mailstats.key';
const otherKeyQuestion =
  'This link signs in with another key than the one in use here. Go on only if you asked for this link. Replace the key?';
const listeners = new Set<() => void>();

/** Why the session ended, shown on the sign-in page. */
export type SignOutReason = 'asked' | 'refused';

/** True where an authority has just sent the reader back, with a code or with its refusal. */
export function comesFromAuthority(): boolean {
  const search = new URLSearchParams(window.location.search);

  return search.has('state') && (search.has('code') || search.has('error'));
}

let signOutReason: SignOutReason | null = null;

/**
 * Standalone prints a link that ends in `#key=…`. A fragment never reaches a server or a log; it is moved to the
 * browser's storage at once, so that it does not stay in the address bar or the history.
 *
 * A link from somebody else could so sign the reader in to that somebody's tenant, where what the reader then types can be
 * read: the key in use is replaced only when the reader says so.
 */
export function takeKeyFromAddress(): void {
  const fragment = new URLSearchParams(window.location.hash.slice(1));
  const key = fragment.get('key')?.trim();
  if (!key) {
    return;
  }

  const known = currentKey();
  if (known === null || known === key || window.confirm(otherKeyQuestion)) {
    window.localStorage.setItem(storageName, key);
  }

  window.history.replaceState(null, '', window.location.pathname + window.location.search);
}

export function currentKey(): string | null {
  return window.localStorage.getItem(storageName);
}

export function signIn(key: string): void {
  signOutReason = null;
  window.localStorage.setItem(storageName, key.trim());
  announce();
}

export function signOut(reason: SignOutReason): void {
  if (currentKey() === null) {
    return;
  }

  signOutReason = reason;
  window.localStorage.removeItem(storageName);
  announce();
}

export function lastSignOutReason(): SignOutReason | null {
  return signOutReason;
}

export function useSignedIn(): boolean {
  return useSyncExternalStore(subscribe, () => currentKey() !== null);
}

function announce(): void {
  listeners.forEach((listener) => listener());
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  // Another tab signed in or out.
  window.addEventListener('storage', listener);

  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', listener);
  };
}
