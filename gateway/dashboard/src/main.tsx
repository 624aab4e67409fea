import '@mantine/core/styles.css';
import './theme.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App';
import { takeKeyFromAddress } from './session/session';

takeKeyFromAddress();

const root = document.getElementById('root');
if (root === null) {
  throw new Error('index.html has no element "root".');
}

createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
