import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App';
import { isMissingPart } from './reload';
import { askForKeyInAddress, comesFromAuthority, signIn } from './session/session';

export async function start(): Promise<void> {
  const root = document.getElementById('root');
  if (root === null) {
    throw new Error('index.html has no element "root".');
  }

  let refusal: string | null = null;
  askForKeyInAddress();
  if (comesFromAuthority()) {
    const { finishSignIn } = await import('./session/oidc');
    try {
      signIn(await finishSignIn());
    } catch (error) {
      refusal = error instanceof Error ? error.message : String(error);
    }
  }

  // What a reload mends is no news for those who watch the console; all else is.
  createRoot(root, { onCaughtError: (error) => (isMissingPart(error) ? undefined : console.error(error)) }).render(
    <StrictMode>
      <App refusal={refusal} />
    </StrictMode>,
  );
}
