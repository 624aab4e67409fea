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
import { loadLanguage } from './language/language';
import { takeKeyFromAddress } from './session/session';

// At once: whoever leaves this address again stays signed in.
takeKeyFromAddress();

// Every part of the page is loaded after its language: texts may stand where they are used.
await loadLanguage();
const { start } = await import('./start');
await start();
