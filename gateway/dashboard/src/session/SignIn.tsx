import { Button, PasswordInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { ApiProblem, readProblem } from '../api/problem';
import mark from '../mark.svg';
import { lastSignOutReason, signIn } from './session';

export function SignIn() {
  const [key, setKey] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(
    lastSignOutReason() === 'refused' ? 'The key is unknown, expired or revoked. Sign in with another one.' : null,
  );

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (key.trim() === '') {
      setProblem('Paste a key first.');

      return;
    }

    setBusy(true);
    setProblem(await refusal(key.trim()));
    setBusy(false);
  };

  return (
    <main className="sign-in">
      <form className="panel" onSubmit={(event) => void submit(event)} noValidate>
        <p className="brand">
          <img src={mark} alt="" width="32" height="32" /> MailStats
        </p>
        <h1>Sign in</h1>
        <PasswordInput
          label="API key"
          description="A key with the right to read. On a machine of your own: the link that Standalone prints at its start signs in, and the key is in admin.key in its data folder."
          value={key}
          onChange={(event) => setKey(event.currentTarget.value)}
          error={problem}
          autoComplete="current-password"
          autoFocus
          visibilityToggleButtonProps={{ 'aria-label': 'Show the key' }}
        />
        <Button type="submit" loading={busy} fullWidth mt="md">
          Sign in
        </Button>
      </form>
    </main>
  );
}

/** Tries the key; null when it was taken. */
async function refusal(key: string): Promise<string | null> {
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
      return 'The server cannot be reached, or the key holds characters that no key has.';
    }
    throw error;
  }

  signIn(key);

  return null;
}
