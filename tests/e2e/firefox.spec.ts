import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FirefoxBrowser } from '../sandbox/firefox-browser.ts';
import { connectInSettings, startAnew } from '../sandbox/firefox-set-up.ts';
import { interruptions } from './interruptions.ts';
import { mainJob } from './main-job.ts';
import { inFirefox, type Journeys, type Person } from './person.ts';
import { test as base } from './world.ts';

/*
 * Real Firefox. It takes seconds to start, so one is shared by all tests, and the extension is as just installed, and
 * connected, before each of them.
 */

interface InWorker {
  shared: { browser: FirefoxBrowser; connected: Record<string, unknown> };
}
interface InTest {
  firefox: FirefoxBrowser;
  person: Person;
}

const test = base.extend<InTest, InWorker>({
  shared: [
    async ({ sandbox }, use) => {
      const profile = await mkdtemp(join(tmpdir(), 'firefox-'));
      const browser = await FirefoxBrowser.launch({ profile, pages: { port: sandbox.pages.port } });
      await connectInSettings(browser, sandbox.backend);
      const { accounts } = await browser.stored('local');
      await use({ browser, connected: { accounts } });
      await browser.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
    { scope: 'worker' },
  ],
  firefox: async ({ shared, sandbox }, use) => {
    sandbox.pages.show('google', 'create');
    sandbox.pages.show('microsoft-personal', 'shown');
    sandbox.scripted.accounts.clear();
    await startAnew(shared.browser, shared.connected);
    await use(shared.browser);
  },
  person: async ({ firefox, sandbox }, use) => use(inFirefox(firefox, sandbox)),
});

const inBoth = (journeys: Journeys): void =>
  journeys((name, go) => test(name, ({ person, sandbox }) => go(person, sandbox)));

test.describe('the main job', () => inBoth(mainJob));
test.describe('interrupted', () => inBoth(interruptions));
