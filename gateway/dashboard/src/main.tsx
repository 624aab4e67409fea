import '@mantine/core/styles.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/frame.css';
import './styles/parts.css';
import './styles/table.css';
import './styles/delivery.css';
import './styles/find.css';
import './styles/chart.css';
import './styles/incidents.css';
import './styles/settings.css';
import './styles/mantine.css';
import './styles/print.css';
import { loadLanguage, t } from './language/language';
import { isMissingPart, notTwiceWithin, reloadWhenAnswered, wasJustReloaded } from './reload';
import { takeKeyFromAddress } from './session/session';

// At once: whoever leaves this address again stays signed in.
takeKeyFromAddress();

try {
  // Every part of the page is loaded after its language: texts may stand where they are used.
  await loadLanguage();
  const { start } = await import('./start');
  await start();
} catch (error) {
  if (!isMissingPart(error)) {
    throw error;
  }
  document.body.append(t('This page could not be loaded.'), ' ', t('It is tried again by itself.'));
  window.setTimeout(reloadWhenAnswered, wasJustReloaded() ? notTwiceWithin : 0);
}
