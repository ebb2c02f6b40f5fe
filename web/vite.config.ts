import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'

// Everything comes from the server itself under a strict policy: no inline script or style, no data URLs for
// code, relative addresses.
export default defineConfig({
  plugins: [svelte()],
  base: './',
  build: {
    outDir: 'target/page',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  worker: { format: 'es' },
  test: {
    include: ['test/**/*.test.ts'],
    reporters: ['default', 'junit'],
    outputFile: { junit: 'target/surefire-reports/TEST-web.xml' },
  },
} as Parameters<typeof defineConfig>[0])
