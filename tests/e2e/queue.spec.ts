import { mkdir, readFile } from 'node:fs/promises';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import type { StoredCapture } from '../../utils/captures/capture.ts';
import type { Check } from '../../utils/onboarding/contract.ts';
import type { QueueRow } from '../../utils/queue/queue.ts';
import type { SandboxBrowser } from '../sandbox/browser.ts';
import type { Chrome } from '../sandbox/chrome.ts';
import { ActionPopup, DrivenPage } from '../sandbox/popup.ts';
import {
  announceBy,
  capturesOf,
  clickSend,
  EIGHT,
  expect,
  GMAIL,
  GMAIL_IMAP_OFF,
  holdWithTimeLeft,
  keepOnDisk,
  makeGoogleCode,
  onDisk,
  showCaptures,
  test,
  YAHOO,
} from './world.ts';

/** Where the pictures go, to be looked at. */
const PICTURES = 'tests/.results/screens';

async function openPanel({ context, extensionId }: SandboxBrowser): Promise<Page> {
  const panel = await context.newPage();
  await panel.setViewportSize({ width: 380, height: 800 });
  await panel.goto(`chrome-extension://${extensionId}/sidepanel.html`);
  await panel.locator('main').waitFor();
  return panel;
}

async function paste(panel: Page, text: string): Promise<void> {
  await panel.getByLabel('Email addresses').fill(text);
  await panel.getByRole('button', { name: 'Add to the list' }).click();
  await panel.getByText(/added\.$/).waitFor();
}

/** What a row says; the whole of it is its button's name. */
const row = (panel: Page, email: string) =>
  panel.getByRole('listitem').filter({ has: panel.locator('.head', { hasText: email }) });

async function download(panel: Page): Promise<string> {
  const downloading = panel.waitForEvent('download');
  await panel.getByRole('button', { name: 'Download the results' }).click();
  return readFile(await (await downloading).path(), 'utf8');
}

async function store(
  browser: SandboxBrowser,
  { queue, captures }: { queue?: QueueRow[]; captures?: StoredCapture[] },
): Promise<void> {
  if (queue) await keepOnDisk(browser, { queue });
  if (captures) await showCaptures(browser, captures);
}

test('ten mailboxes in a row', async ({ browserWithExtension: browser, sandbox }) => {
  test.setTimeout(180_000);
  const second = { email: 'second.person@yahoo.com', code: 'mznxbcvalskdjqpw' };
  const yahoo = [YAHOO, second];
  for (const { email, code } of yahoo) sandbox.scripted.accounts.set(email, { password: code });
  await announceBy(browser, 'Only mark the icon');
  const panel = await openPanel(browser);
  await expect(panel.getByText('Add their addresses')).toBeVisible();
  await paste(
    panel,
    [...EIGHT.map(({ email }, at) => `Box ${at + 1} <${email}>`), ...yahoo.map(({ email }) => email)].join(
      '\n',
    ),
  );
  await expect(panel.getByText('10 mailboxes added.')).toBeVisible();
  await panel.getByText('Close').click();

  // Signed in to all of them: which is meant is told by the list.
  const signedIn = EIGHT.map(({ email }) => email).reverse();
  sandbox.pages.signIn('google', ...signedIn);
  let page: Page | undefined;
  const openNext = async (email: string): Promise<Page> => {
    const open = panel.getByRole('button', { name: `Create an app password – ${email}` });
    if (page) await open.click();
    else [page] = await Promise.all([browser.context.waitForEvent('page'), open.click()]);
    await panel.getByText('Its page is open.').waitFor();
    return page;
  };
  for (const { email, code } of EIGHT) {
    sandbox.pages.giveCodes('google', code);
    const opened = await openNext(email);
    await opened.waitForURL(`**/u/${signedIn.indexOf(email)}/apppasswords`);
    await opened.getByLabel('App name').fill('Saleshandy');
    await opened.getByRole('button', { name: 'Create' }).click();
    await clickSend(panel, `Send – ${email}`);
  }
  for (const { email, code } of yahoo) {
    // Somebody else is signed in there, as far as its page tells.
    sandbox.pages.signIn('yahoo', 'somebody.else@yahoo.com');
    sandbox.pages.giveCodes('yahoo', code);
    const opened = await openNext(email);
    await opened.waitForURL(/login\.yahoo\.com/);
    await opened.getByPlaceholder('App name').fill('Saleshandy');
    await opened.getByRole('button', { name: 'Generate password' }).click();
    await expect(panel.getByText(`Is this code for ${email}?`)).toBeVisible();
    await expect(row(panel, email)).toContainText('not started');
    await panel.getByRole('button', { name: `Yes, it is – ${email}` }).click();
    await expect(row(panel, email)).toContainText('code captured, not sent');
  }
  expect(browser.context.pages().filter((one) => /google|yahoo/.test(one.url()))).toHaveLength(1);
  await clickSend(panel, 'Send 2 codes');

  await expect(panel.getByRole('heading', { name: 'That was the last one' })).toBeVisible({
    timeout: 60_000,
  });
  await expect(panel.getByText('10 mailboxes are connected')).toBeVisible();
  await expect(panel.getByText('10 of 10 connected').first()).toBeVisible();
  await mkdir(PICTURES, { recursive: true });
  await panel.screenshot({ path: `${PICTURES}/queue-ten.png`, fullPage: true });

  const csv = await download(panel);
  const lines = csv.split('\r\n');
  expect(lines).toHaveLength(11);
  for (const { email } of [...EIGHT, ...yahoo])
    expect(lines.filter((line) => line.startsWith(`${email},`))).toHaveLength(1);
  expect(lines.slice(1).every((line) => /,connected,verified,,20\d\d-/.test(line))).toBe(true);
  const kept = await onDisk(browser);
  for (const { code } of [...EIGHT, ...yahoo]) {
    expect(csv).not.toContain(code);
    expect(kept).not.toContain(code);
  }

  // Put away, they stay finished; and so they do in a panel that is opened anew.
  await row(panel, YAHOO.email).locator('.head').click();
  await row(panel, YAHOO.email).getByRole('button', { name: 'Done' }).click();
  await expect.poll(async () => (await capturesOf(browser)).length).toBe(9);
  await panel.reload();
  await expect(row(panel, YAHOO.email)).toContainText('connected');

  await panel.getByRole('button', { name: 'Clear the list' }).click();
  await panel.getByRole('button', { name: 'Cancel' }).click();
  await panel.getByRole('button', { name: 'Clear the list' }).click();
  await panel.getByRole('button', { name: 'Yes, clear it' }).click();
  await expect(panel.getByText('Add their addresses')).toBeVisible();
});

test('what failed is tried again where that can help, and a wrong code is made anew', async ({
  browserWithExtension: browser,
  sandbox,
}) => {
  await announceBy(browser, 'Only mark the icon');
  const panel = await openPanel(browser);
  await paste(panel, `${GMAIL.email}, ${GMAIL_IMAP_OFF.email}`);
  const page = await makeGoogleCode(browser, sandbox, { email: GMAIL.email, code: 'wrongwrongwrongw' });
  await expect(row(panel, GMAIL.email)).toContainText('code captured');
  await makeGoogleCode(browser, sandbox, GMAIL_IMAP_OFF, page);
  await clickSend(panel, 'Send 2 codes');
  await expect(row(panel, GMAIL.email)).toContainText(`Google refused this code for ${GMAIL.email}`);
  await expect(row(panel, GMAIL_IMAP_OFF.email)).toContainText('Turn on IMAP');
  await expect(panel.getByText('0 of 2 connected · 2 need your attention').first()).toBeVisible();

  await sandbox.dovecot.switchImap(GMAIL_IMAP_OFF.email, true);
  try {
    await panel.getByRole('button', { name: 'Retry the failed one' }).click();
    await expect(row(panel, GMAIL_IMAP_OFF.email)).toContainText('connected');
  } finally {
    await sandbox.dovecot.switchImap(GMAIL_IMAP_OFF.email, false);
  }
  await expect(panel.getByText('1 of 2 connected · 1 needs your attention').first()).toBeVisible();

  // The same card as in the popup, in the row.
  const head = row(panel, GMAIL.email).locator('.head');
  await head.click();
  await row(panel, GMAIL.email).getByRole('button', { name: 'Discard' }).click();
  await expect(row(panel, GMAIL.email)).toContainText(`Google refused this code for ${GMAIL.email}`);
  // The button that was pressed is gone; the focus is not.
  await expect(head).toBeFocused();
  await makeGoogleCode(browser, sandbox, GMAIL, page);
  await clickSend(panel, `Send – ${GMAIL.email}`);
  await expect(row(panel, GMAIL.email)).toContainText('connected');
  await expect(panel.getByText('2 mailboxes are connected')).toBeVisible();
});

test('a code that nobody sends: its row and the panel say that it is soon forgotten, and it is kept longer or sent', async ({
  browserWithExtension: browser,
  sandbox,
}) => {
  await announceBy(browser, 'Only mark the icon');
  const panel = await openPanel(browser);
  await paste(panel, `${GMAIL.email}, ann@gmail.com`);
  await makeGoogleCode(browser, sandbox, GMAIL);
  const mailbox = row(panel, GMAIL.email);
  await expect(mailbox).toContainText('code captured, not sent');
  // It begins while somebody looks, and nothing else happens.
  await holdWithTimeLeft(browser, 123_000);
  await expect(mailbox).not.toContainText('forgotten');
  await expect(mailbox).toContainText(/code captured, not sent · expires in 1:\d\d/);
  await expect(panel.getByText(/A code hasn’t been sent and expires in 1:\d\d\./)).toBeVisible();
  await panel.getByRole('button', { name: 'Keep longer' }).click();
  await expect(mailbox).not.toContainText('forgotten');
  await expect(panel.getByRole('button', { name: 'Send now' })).toHaveCount(0);
  await expect.poll(async () => (await capturesOf(browser))[0]?.left).toBe(600_000);

  await holdWithTimeLeft(browser, 60_000);
  await clickSend(panel, 'Send now');
  await expect(mailbox).toContainText('connected');
  await expect(panel.getByRole('button', { name: 'Keep longer' })).toHaveCount(0);

  // Where nobody does anything, it goes when the time shown is over, and the row says so.
  const ann = { email: 'ann@gmail.com', code: 'plokmijnuhbygvtd' };
  await makeGoogleCode(browser, sandbox, ann);
  await expect(row(panel, ann.email)).toContainText('code captured');
  await holdWithTimeLeft(browser, 6_000);
  await expect(row(panel, ann.email)).toContainText('expires in 0:0');
  await expect(row(panel, ann.email)).toContainText('The code wasn’t sent in time');
});

test('a code for an address that is not in the list is said to be so, and can be added', async ({
  browserWithExtension: browser,
  sandbox,
}) => {
  await announceBy(browser, 'Only mark the icon');
  const panel = await openPanel(browser);
  await paste(panel, 'ann@gmail.com');
  await makeGoogleCode(browser, sandbox, GMAIL);
  await expect(
    panel.getByText(`A code was captured for ${GMAIL.email}, which isn’t in this list.`),
  ).toBeVisible();
  await panel.getByRole('button', { name: `Add it – ${GMAIL.email}` }).click();
  await expect(row(panel, GMAIL.email)).toContainText('code captured, not sent');
});

test('a file of addresses, and one that has passwords in it', async ({ browserWithExtension: browser }) => {
  const panel = await openPanel(browser);
  const choose = (name: string, text: string | Buffer) =>
    panel.getByLabel('Import a CSV file').setInputFiles({
      name,
      mimeType: 'text/csv',
      buffer: Buffer.from(text),
    });
  await choose('big.csv', Buffer.alloc(5_000_001, 'a'));
  await expect(panel.getByText('This file is larger than 5 MB.')).toBeVisible();
  await choose('list.xlsx', Buffer.from([0x50, 0x4b, 3, 4, 0, 0]));
  await expect(panel.getByText('This isn’t a text file.')).toBeVisible();
  await choose('none.csv', 'name\nAnn\n');
  await expect(panel.getByText('There are no email addresses in it.')).toBeVisible();

  await choose(
    'list.csv',
    '\uFEFFName;E-Mail;smtpPassword\n"Smith; Ann";ann@gmail.com;not-a-real-password\nBob;bob@;x\nAnn;ANN@gmail.com;x\n',
  );
  await expect(panel.getByText('This file has a column “smtpPassword”. It isn’t read.')).toBeVisible();
  await expect(panel.getByText('1 mailbox added.')).toBeVisible();
  await expect(panel.getByText('1 address was already there')).toBeVisible();
  await expect(panel.getByText('Line 3: bob@')).toBeVisible();
  await mkdir(PICTURES, { recursive: true });
  await panel.screenshot({ path: `${PICTURES}/queue-import.png`, fullPage: true });
  const inMemory = await (await browser.worker()).evaluate(async () => {
    const { chrome } = globalThis as unknown as { chrome: Chrome };
    return JSON.stringify(await chrome.storage.session.get());
  });
  const stored = (await onDisk(browser)) + inMemory;
  expect(stored).toContain('ann@gmail.com');
  expect(stored).not.toContain('not-a-real-password');
});

test('what is set up with every mailbox is said, checked and kept', async ({
  browserWithExtension: browser,
}) => {
  const panel = await openPanel(browser);
  await panel.getByText('How mailboxes are set up').click();
  await panel.getByLabel('From name').fill('a'.repeat(101));
  await panel.getByLabel('Tags').pressSequentially('first, second,third');
  await panel.getByRole('button', { name: 'Remove the tag first' }).click();
  await panel.getByRole('button', { name: 'Save' }).click();
  await expect(panel.getByText('Too long: no more than 100 characters.')).toBeVisible();
  await panel.getByLabel('From name').fill('Ann Example');
  await panel.getByRole('button', { name: 'Save' }).click();
  await expect(panel.getByText('Saved.')).toBeVisible();
  await panel.screenshot({ path: `${PICTURES}/queue-template.png`, fullPage: true });
  await panel.reload();
  await panel.getByText('How mailboxes are set up').click();
  await expect(panel.getByLabel('From name')).toHaveValue('Ann Example');
  await expect(panel.locator('.chip')).toHaveText([/second/, /third/]);
});

test('the popup opens it beside the page, and then does not open by itself', async ({
  browserWithExtension: browser,
  sandbox,
}) => {
  const page = await browser.context.newPage();
  await page.goto('https://myaccount.google.com/apppasswords');
  const popup = await ActionPopup.open(browser);
  const { opened } = await DrivenPage.at(`chrome-extension://${browser.extensionId}/sidepanel.html`, browser);
  await popup.click('Connect several mailboxes');
  const panel = await opened;
  await panel.waitForText(/Several mailboxes, one after another/);
  await makeGoogleCode(browser, sandbox, GMAIL, page);
  expect(await panel.waitForText(/Send to Saleshandy/)).toContain(GMAIL.email);
  const contexts = await (await browser.worker()).evaluate(async () => {
    const { chrome } = globalThis as unknown as { chrome: Chrome };
    return (await chrome.runtime.getContexts({})).map(({ contextType }) => `${contextType}`);
  });
  expect(contexts).toContain('SIDE_PANEL');
  expect(contexts).not.toContain('POPUP');
});

/** A hundred mailboxes, of which a few are in each state. */
const ids = (at: number): string => `6f2f1d3e-0000-4000-8000-${String(at).padStart(12, '0')}`;
const PENDING: Check = { status: 'pending' };
const ok: Check = { status: 'ok', host: 'imap.gmail.com', port: 993, ms: 300 };
const failed: Check = {
  status: 'failed',
  host: 'imap.gmail.com',
  port: 993,
  ms: 300,
  stage: 'auth',
  code: 'IMAP_DISABLED',
  retryable: true,
};

function hundred(): { queue: QueueRow[]; captures: StoredCapture[] } {
  const queue = Array.from({ length: 100 }, (_, at) => ({
    email: `box.${at}@gmail.com`,
    provider: 'google',
  }));
  const captures = queue.map(({ email }, at): StoredCapture => {
    const capture: StoredCapture = {
      id: ids(at),
      connectionId: ids(at),
      provider: 'google',
      email,
      account: at % 5 === 4 ? 'likely' : 'certain',
      code: 'certain',
      password: 'qwertyuiopasdfgh',
      state: 'held',
      capturedAt: 1000 + at,
      private: false,
      tries: 0,
    };
    const connection = { id: ids(at), provider: 'google', email, version: 1, attempt: 1 };
    if (at % 5 === 1)
      return {
        ...capture,
        state: 'verifying',
        connection: { ...connection, state: 'verifying', checks: { receiving: PENDING, sending: PENDING } },
      };
    if (at % 5 === 2)
      return {
        ...capture,
        state: 'verified',
        connection: {
          ...connection,
          state: 'done',
          verdict: 'verified',
          checks: { receiving: ok, sending: ok },
        },
      };
    if (at % 5 === 3)
      return {
        ...capture,
        state: 'failed',
        connection: {
          ...connection,
          state: 'done',
          verdict: 'partial',
          advice: { code: 'IMAP_DISABLED', about: 'receiving' },
          checks: { receiving: failed, sending: ok },
        },
      };
    return capture;
  });
  return { queue, captures };
}

test('a hundred rows: all there, and a change draws its own row only', async ({
  browserWithExtension: browser,
}) => {
  const { queue, captures } = hundred();
  await store(browser, { queue, captures });
  const panel = await openPanel(browser);
  await expect(panel.locator('.mailbox')).toHaveCount(100);
  await expect(row(panel, 'box.99@gmail.com')).toContainText('code captured, needs your answer');

  await panel.evaluate(() => {
    const list = document.querySelector('.mailboxes') as HTMLElement;
    const touched = new Set<string>();
    Object.assign(window, { touched });
    new MutationObserver((records) => {
      for (const { target } of records) {
        const element = target instanceof Element ? target : target.parentElement;
        touched.add(element?.closest('.mailbox')?.querySelector('.address')?.textContent ?? 'the list');
      }
    }).observe(list, { subtree: true, childList: true, characterData: true, attributes: true });
  });
  const touched = (): Promise<string[]> =>
    panel.evaluate(() => [...(window as unknown as { touched: Set<string> }).touched]);
  const sent = captures.map((capture, at) =>
    at === 50 ? { ...capture, state: 'queued' as const } : capture,
  );
  await store(browser, { captures: sent });
  await expect(row(panel, 'box.50@gmail.com')).toContainText('sending…');
  expect(await touched()).toEqual(['box.50@gmail.com']);

  // Opening one draws that one.
  await row(panel, 'box.52@gmail.com').locator('.head').click();
  await expect(row(panel, 'box.52@gmail.com').getByText('can receive and send')).toBeVisible();
  expect(await touched()).toEqual(['box.50@gmail.com', 'box.52@gmail.com']);
});

/** What the panel can show, each as it is stored. */
function states(): Record<string, { queue: QueueRow[]; captures: StoredCapture[] }> {
  const { queue, captures } = hundred();
  const few = queue.slice(0, 5);
  const at = (outcome: QueueRow['outcome']): QueueRow => ({
    email: 'long.name.of.a.person.with.many.names@a-company-with-a-long-name.example.com',
    ...(outcome ? { outcome } : {}),
  });
  return {
    empty: { queue: [], captures: [] },
    begun: {
      queue: [
        { email: 'ann@gmail.com', provider: 'google' },
        { email: 'bob@yahoo.com', provider: 'yahoo' },
        { email: 'cid@outlook.com', provider: 'microsoft-personal' },
        { email: 'dan@tuta.com', provider: 'tuta' },
        at(undefined),
        { email: 'eve@naver.com', provider: 'naver', skipped: true },
      ],
      captures: [],
    },
    'unknown-provider': { queue: [at(undefined)], captures: [] },
    question: {
      queue: [{ email: 'bob@yahoo.com', provider: 'yahoo' }],
      captures: [{ ...(captures[0] as StoredCapture), provider: 'yahoo', email: '', account: 'unknown' }],
    },
    'under-way': { queue: few, captures: captures.slice(0, 5) },
    done: {
      queue: [
        ...few.slice(0, 2).map((one) => ({ ...one, outcome: { verdict: 'verified', at: 1 } as const })),
        ...few
          .slice(2, 4)
          .map((one) => ({ ...one, outcome: { verdict: 'rejected', code: 'AUTH_INVALID', at: 1 } as const })),
        at({ code: 'expired', at: 1 }),
        { email: 'eve@naver.com', provider: 'naver', skipped: true },
        { email: 'cid@outlook.com', provider: 'microsoft-personal' },
      ],
      captures: [],
    },
  };
}

for (const colorScheme of ['light', 'dark'] as const) {
  for (const dir of ['ltr', 'rtl'] as const) {
    test(`every state of the list, ${colorScheme}, ${dir}: no barrier, and a picture`, async ({
      browserWithExtension: browser,
    }) => {
      await mkdir(PICTURES, { recursive: true });
      for (const [name, stored] of Object.entries(states())) {
        await store(browser, stored);
        const panel = await openPanel(browser);
        await panel.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await panel.evaluate((value) => {
          document.documentElement.dir = value;
        }, dir);
        await lookAt(panel, `queue-${name}-${colorScheme}-${dir}`);
        if (name === 'under-way' || name === 'begun') {
          const heads = panel.locator('.mailbox .head');
          for (let number = 0; number < (await heads.count()); number++) {
            await heads.nth(number).click();
            await lookAt(panel, `queue-${name}-row-${number}-${colorScheme}-${dir}`);
          }
        }
        await panel.close();
      }
    });
  }
}

async function lookAt(page: Page, name: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${name}: ${id} ${nodes[0]?.html}`)).toEqual([]);
  expect(
    await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
    `${name}: too wide`,
  ).toBe(true);
  await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true });
}
