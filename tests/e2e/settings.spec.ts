import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from '@playwright/test';
import type { SandboxBrowser } from '../sandbox/browser.ts';
import { ActionPopup } from '../sandbox/popup.ts';
import { connectWithToken, setUp } from '../sandbox/set-up.ts';
import { capturesOf, expect, GMAIL, makeGoogleCode, onDisk, popupWithCode, test } from './world.ts';

async function settingsOf({ context, extensionId }: SandboxBrowser): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`chrome-extension://${extensionId}/options.html`);
  return page;
}

const tryOut = (page: Page, url: string, token: string): Promise<void> =>
  connectWithToken(page, { url, token });

/** Agrees to what is read and sent, as on the first page. */
async function agree({ context, extensionId }: SandboxBrowser): Promise<void> {
  const page = await context.newPage();
  await page.goto(`chrome-extension://${extensionId}/welcome.html`);
  await page.getByRole('button', { name: 'I agree' }).click();
  await page.getByText('You’ve agreed to this.').waitFor();
  await page.close();
}

test('the settings say what is wrong with each of them', async ({ freshBrowser, sandbox }) => {
  const { url, token } = sandbox.backend;
  const page = await settingsOf(freshBrowser);
  const wrong: [address: string, token: string, words: string][] = [
    ['', token, 'Enter the address of your onboarding backend.'],
    ['not an address', token, 'This isn’t an address.'],
    ['http://onboarding.example.com', token, 'The address must begin with https://'],
    [url, '', 'Enter your access token.'],
    [url, 'not-the-right-token', 'doesn’t accept your access token'],
    ['http://localhost:9', token, 'can’t be reached'],
  ];
  for (const [address, given, words] of wrong) {
    await tryOut(page, address, given);
    await expect(page.getByRole('alert')).toContainText(words);
  }
  await tryOut(page, `${url}/`, ` ${token} `);
  await expect(page.getByText('It works. You’re connected to the workspace “Sandbox”.')).toBeVisible();
  await page.reload();
  await expect(page.getByText('Workspace “Sandbox”')).toBeVisible();
  await page.getByText('Backend address and access token').click();
  await expect(page.getByLabel('Address')).toHaveValue(url);
});

test('without settings a code is held all the same, and sent once they are there', async ({
  freshBrowser,
  sandbox,
}) => {
  const { opened } = await ActionPopup.next(freshBrowser);
  await makeGoogleCode(freshBrowser, sandbox, GMAIL);
  let popup = await opened;
  const text = await popup.waitForText(/Agree and send/);
  expect(text).toContain('One step first');
  // Nothing is sent before it was agreed to that.
  expect(text).not.toContain('Send to Saleshandy');
  await popup.click('Agree and send');
  await popup.waitForText(/You’re not signed in yet/);
  expect(await capturesOf(freshBrowser)).toMatchObject([{ state: 'held', password: GMAIL.code }]);

  await setUp(freshBrowser, sandbox.backend);
  popup = await ActionPopup.open(freshBrowser);
  await popup.click('Send again');
  await popup.waitForText(/Connected/);
});

/** A backend that does not do what it should. */
async function badBackend(
  answer: (path: string) => { status: number; body: string; type?: string } | 'silence',
): Promise<{
  url: string;
  server: Server;
}> {
  const server = createServer((request, response) => {
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Access-Control-Allow-Headers', 'Authorization, Content-Type');
    response.setHeader('Access-Control-Allow-Methods', 'GET, PUT, POST, DELETE');
    if (request.method === 'OPTIONS') return response.end();
    const said = answer(request.url ?? '');
    if (said === 'silence') return undefined;
    response.writeHead(said.status, { 'Content-Type': said.type ?? 'application/json' });
    return response.end(said.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

const bad: [what: string, answer: Parameters<typeof badBackend>[0], words: RegExp, state: string][] = [
  [
    'a web server that is something else',
    () => ({ status: 200, body: '<!doctype html>', type: 'text/html' }),
    /isn’t an onboarding backend/,
    'held',
  ],
  [
    'answers that make no sense',
    () => ({ status: 200, body: '{"a":1}' }),
    /a response we couldn’t read/,
    'held',
  ],
  [
    'a token without the right',
    () => ({ status: 403, body: '{}' }),
    /can’t be used to connect mailboxes/,
    'held',
  ],
  [
    'a request it refuses',
    () => ({ status: 422, body: '{"type":"about:blank","title":"No","status":422}' }),
    /refused this mailbox/,
    'held',
  ],
  ['a backend that breaks', () => ({ status: 500, body: '' }), /an internal problem/, 'queued'],
  ['a backend with too much to do', () => ({ status: 429, body: '' }), /is busy/, 'queued'],
  ['a backend that never answers', () => 'silence', /didn’t respond in time/, 'queued'],
];
for (const [what, answer, words, state] of bad) {
  test(`${what}: its own words, and the code stays`, async ({ freshBrowser, sandbox }) => {
    const { url, server } = await badBackend(answer);
    try {
      await agree(freshBrowser);
      await tryOut(await settingsOf(freshBrowser), url, 'a-token-of-some-length');
      // The policy is asked for first, which takes a Chromium that has just started three seconds.
      await expect.poll(() => onDisk(freshBrowser)).toContain(new URL(url).host);
      const popup = await popupWithCode(freshBrowser, sandbox, GMAIL);
      await popup.click('Send to Saleshandy');
      await popup.waitForText(words);
      expect(await capturesOf(freshBrowser)).toMatchObject([{ state, password: GMAIL.code }]);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });
}
