import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'tests/e2e',
  testMatch: '*.spec.ts',
  // Asked for by their name only: `npm run store`.
  ...(process.argv.includes('store') ? {} : { grepInvert: /@each-language/ }),
  globalSetup: './tests/servers/database-template.ts',
  outputDir: 'tests/.results/e2e',
  // One world of servers and one browser at a time: two cores, and real windows that want the focus.
  workers: 1,
  timeout: 90_000,
  expect: { timeout: 20_000 },
  forbidOnly: Boolean(process.env.CI),
  reporter: [['list'], ['json', { outputFile: 'tests/.results/e2e.json' }]],
});
