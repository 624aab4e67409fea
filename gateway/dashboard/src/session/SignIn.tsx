import { Button, PasswordInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { ApiProblem, readProblem } from '../api/problem';
import { t } from '../language/language';
import mark from '../mark.svg';
import type { Offer } from './oidc';
import { lastSignOutReason, signIn } from './session';

export const signInKey = 'sign-in';

export function SignIn({ refusal }: { refusal: string | null }) {
  const [key, setKey] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(
    lastSignOutReason() === 'refused' ? t('The key is unknown, expired or revoked. Sign in again.') : null,
  );

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (key.trim() === '') {
      setProblem(t('Paste a key first.'));

      return;
    }

    setBusy(true);
    setProblem(await tryKey(key.trim()));
    setBusy(false);
  };

  return (
    <main className="sign-in">
      <form className="panel" onSubmit={(event) => void submit(event)} noValidate>
        <p className="brand">
          <img src={mark} alt="" width="32" height="32" /> MailStats
        </p>
        <h1>{t('Sign in')}</h1>
        <AtAuthority refusal={refusal} />
        <PasswordInput
          label={t('API key')}
          description={
            t('A key with the scope “read”. If you run Standalone yourself: the link that it prints at the start ' +
              'signs you in, and the key is in admin.key in its data folder.')
          }
          value={key}
          onChange={(event) => setKey(event.currentTarget.value)}
          error={problem}
          autoComplete="current-password"
          autoFocus
          visibilityToggleButtonProps={{ 'aria-label': t('Show the key') }}
        />
        <Button type="submit" loading={busy} fullWidth mt="md">
          {t('Sign in')}
        </Button>
      </form>
    </main>
  );
}

/** The way in for people who have an account at the operator's authority, where one is set. */
function AtAuthority({ refusal }: { refusal: string | null }) {
  const offer = useQuery({ queryKey: [signInKey], queryFn: readOffer, staleTime: Infinity, retry: false });
  const [problem, setProblem] = useState(refusal);
  const [busy, setBusy] = useState(false);
  const offered = offer.data;
  if (!offered) {
    return null;
  }

  const begin = async (): Promise<void> => {
    setBusy(true);
    try {
      const { beginSignIn } = await import('./oidc');
      await beginSignIn(offered);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
  };

  return (
    <>
      <Button fullWidth loading={busy} onClick={() => void begin()}>
        {t('Sign in at {host}', { host: new URL(offered.authority).host })}
      </Button>
      {problem === null ? null : (
        <p role="alert" className="error-text">
          {t('The sign-in came to nothing: {why}', { why: problem })}
        </p>
      )}
      <p className="muted">{t('or with a key:')}</p>
    </>
  );
}

async function readOffer(): Promise<Offer | null> {
  const response = await fetch('/sign-in.json');
  const offer = response.ok ? ((await response.json()) as Offer | { authority: null }) : null;

  return offer !== null && offer.authority !== null ? offer : null;
}

/** Tries the key; null when it was taken. */
async function tryKey(key: string): Promise<string | null> {
  try {
    const response = await fetch('/v1/quota', { headers: { Authorization: `Bearer ${key}` } });
    if (!response.ok) {
      return (await readProblem(response)).message;
    }
  } catch (error) {
    if (error instanceof ApiProblem) {
      return error.message;
    }
    if (error instanceof TypeError) {
      return t('The server cannot be reached, or the key contains characters that no key has.');
    }
    throw error;
  }

  signIn(key);

  return null;
}
