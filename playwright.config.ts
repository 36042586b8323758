import { defineConfig } from '@playwright/test';

/** `npm run test:all` also runs what takes longer. */
const isWhole = Boolean(process.env.TEST_ALL);

export default defineConfig({
  testDir: 'tests/e2e',
  testMatch: '*.spec.ts',
  outputDir: 'tests/.results/e2e',
  projects: [
    {
      name: 'chromium',
      testIgnore: ['firefox.spec.ts', 'store.spec.ts'],
      ...(isWhole ? {} : { grepInvert: /@long/ }),
    },
    { name: 'firefox', testMatch: 'firefox.spec.ts', ...(isWhole ? {} : { grepInvert: /@long/ }) },
    // The stores' pictures, in every language: `npm run store`.
    { name: 'store', testMatch: 'store.spec.ts' },
  ],
  // One world of servers and one browser at a time: two cores, and real windows that want the focus.
  workers: 1,
  timeout: 90_000,
  expect: { timeout: 20_000 },
  forbidOnly: Boolean(process.env.CI),
  reporter: [['list'], ['json', { outputFile: 'tests/.results/e2e.json' }]],
});
