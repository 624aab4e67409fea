import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { compressed } from './compress.ts';

// What only the pages of incidents, trends and waiting need: what the overview needs of them stands among the common parts.
const wrongPages =
  /src[\\/](incidents[\\/](Inc\w+Page|OpenI|Actions|Beside|Examples|IncidentChart|Tags)|trends|receivers[\\/](Wait|Lat|sec)|chart[\\/]Course)/;

// The gateway and Standalone serve `dist` at "/", beside "/v1": one origin, so the policy can be "self" and nothing else.
export default defineConfig({
  plugins: [react(), compressed()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // Colours stand once, as light-dark(light, dark): every browser has it since May 2024.
    cssTarget: ['chrome123', 'edge123', 'firefox120', 'safari17.5'],
    chunkSizeWarningLimit: 600,
    // A data: URL would need an exception in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Few files of what belongs together: what is alike is compressed once, and a page is one or two requests. The language and the
    // session stay out of them: the first script loads the language before anything that shows texts.
    rolldownOptions: {
      output: {
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [
            { name: 'libraries', test: /node_modules[\\/](?!@mantine[\\/]dates|react-dom|oauth4webapi|dayjs)/ },
            { name: 'settings', test: /src[\\/]settings[\\/](?!parts)/ },
            { name: 'incidents', test: wrongPages },
            { name: 'common', test: /src[\\/](find|shell|table|format|period|api|chart|collections|settings[\\/]parts|bounces[\\/](reasons|advice))/ },
          ],
        },
      },
    },
  },
  server: {
    proxy: { '/v1': 'http://localhost:8080' },
  },
});
