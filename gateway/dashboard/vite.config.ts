import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { compressed } from './compress.ts';

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
    rolldownOptions: {
      output: {
        // What several pages need stands in few files: small ones compress badly and each costs a request.
        codeSplitting: {
          groups: [
            { name: 'library', test: /\/node_modules\//, minShareCount: 2, priority: 3 },
            { name: 'shared', test: /\/src\//, minShareCount: 2, priority: 2 },
            { name: 'settings', test: /\/src\/settings\//, priority: 1 },
          ],
        },
      },
    },
  },
  server: {
    proxy: { '/v1': 'http://localhost:8080' },
  },
});
