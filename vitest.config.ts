import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { WxtVitest } from 'wxt/testing/vitest-plugin';
import { findChromium } from './tests/sandbox/chromium.ts';

/** `npm run test:all` also runs what takes longer, and takes the large sets of samples whole. */
const TEST_ALL = process.env.TEST_ALL ?? '';

export default defineConfig({
  test: {
    tags: [{ name: 'long', description: 'Only in npm run test:all' }],
    ...(TEST_ALL ? {} : { tagsFilter: ['!long'] }),
    projects: [
      {
        extends: true,
        plugins: [WxtVitest()],
        test: {
          name: 'unit',
          environment: 'node',
          include: ['tests/unit/**/*.test.ts'],
          setupFiles: ['tests/unit/indexed-db.ts'],
        },
      },
      {
        extends: true,
        plugins: [WxtVitest()],
        // The repository itself: docs, languages, structure, and what was built.
        test: { name: 'repo', environment: 'node', include: ['tests/repo/**/*.test.ts'] },
      },
      {
        extends: true,
        test: {
          name: 'backend',
          environment: 'node',
          include: ['tests/backend/**/*.test.ts'],
          globalSetup: ['tests/servers/database-template.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'page',
          include: ['tests/page/**/*.test.ts'],
          env: { TEST_ALL },
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: { executablePath: findChromium(), args: ['--no-sandbox'] },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
