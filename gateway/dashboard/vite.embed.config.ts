import { defineConfig } from 'vite';
import { compressed } from './compress.ts';

// One file under a name that stays, for pages of other people: nothing of it may stand in a file of another name.
export default defineConfig({
  plugins: [compressed()],
  publicDir: false,
  build: {
    outDir: 'dist',
    emptyOutDir: false,
    target: 'es2022',
    rollupOptions: {
      input: 'src/embed/embed.ts',
      output: { entryFileNames: 'embed/v1.js', codeSplitting: false },
    },
    modulePreload: false,
  },
});
