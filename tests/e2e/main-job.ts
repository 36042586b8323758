import { expect } from '@playwright/test';
import type { Journeys } from './person.ts';
import { GMAIL, GMAIL_IMAP_OFF, GMAIL_SECOND, OUTLOOK, YAHOO } from './world.ts';

/** What the extension is for, from the code to the verdict. The same in every browser. */
export const mainJob: Journeys = (journey) => {
  journey('Google: the popup opens by itself, and one click leads to the verdict', async (person) => {
    const popup = await person.popupWithCode('google', GMAIL);
    expect(await popup.waitForText(/Send to Saleshandy/)).toContain(GMAIL.email);
    expect(await person.captures()).toMatchObject([
      { provider: 'google', email: GMAIL.email, password: GMAIL.code, state: 'held', account: 'certain' },
    ]);
    expect(await person.badge()).toBe('1');

    await popup.click('Send to Saleshandy');
    expect(await popup.waitForText(/Connected/)).toMatch(/Receiving\s+works[\s✓]+Sending\s+works/);
    const [capture] = await person.captures();
    expect(capture).toMatchObject({ state: 'verified', connection: { verdict: 'verified' } });
    expect(JSON.stringify(capture)).not.toContain(GMAIL.code);
    expect(await person.badge()).toBe('✓');

    await popup.click('Done');
    await popup.waitForText(/Connect a mailbox/);
    expect(await person.badge()).toBe('');
  });

  journey('Google, the second signed-in account: its own address', async (person) => {
    const popup = await person.popupWithCode('google second', GMAIL_SECOND);
    expect(await popup.waitForText(/Send to Saleshandy/)).toContain(GMAIL_SECOND.email);
    await popup.click('Send to Saleshandy');
    await popup.waitForText(/Connected/);
  });

  journey('Yahoo: the account is confirmed first, then one click', async (person, sandbox) => {
    sandbox.scripted.accounts.set(YAHOO.email, { password: YAHOO.code });
    const popup = await person.popupWithCode('yahoo', YAHOO);
    await popup.waitForText(/Is this the right mailbox/);
    expect(await popup.text()).not.toContain('Send to Saleshandy');

    await popup.type('half@');
    await popup.click('This is my mailbox');
    await popup.waitForText(/Enter a full email address/);
    await popup.type(YAHOO.email);
    await popup.click('This is my mailbox');
    await popup.click('Send to Saleshandy');
    await popup.waitForText(/Connected/);
    expect(await person.captures()).toMatchObject([{ state: 'verified', email: YAHOO.email }]);
  });

  journey(
    'Microsoft personal: the dead end is told first, and sending anyway says the same',
    async (person, sandbox) => {
      sandbox.scripted.accounts.set(OUTLOOK.email, {
        password: OUTLOOK.code,
        outcome: { imap: 'basic-off', smtp: 'basic-off' },
      });
      const popup = await person.popupWithCode('microsoft-personal', OUTLOOK);
      await popup.waitForText(/Which mailbox is it for/);
      expect(await popup.text()).toContain('Microsoft no longer accepts app passwords for mailboxes');
      await popup.type(OUTLOOK.email);
      await popup.click('This is my mailbox');
      await popup.click('Send anyway');
      const result = await popup.waitForText(/One more thing is needed/);
      expect(result).toContain('Microsoft no longer accepts any password for this mailbox');
      expect(await person.captures()).toMatchObject([{ state: 'failed', password: OUTLOOK.code }]);
    },
  );

  journey('a wrong code: said so, kept, and tried again without copying anything', async (person) => {
    const popup = await person.popupWithCode('google', { email: GMAIL.email, code: 'wrongwrongwrongw' });
    await popup.click('Send to Saleshandy');
    const text = await popup.waitForText(/The code was refused/);
    expect(text).toContain(`Google refused this code for ${GMAIL.email}`);
    expect(text).toContain('Create a new app password');
    expect(await person.badge()).toBe('!');
    await popup.click('Details');
    expect(await popup.waitForText(/AUTH_INVALID/)).toMatch(/imap\.gmail\.com:993/);

    await popup.click('Try again');
    await popup.waitForText(/Checking the mailbox/);
    await popup.waitForText(/The code was refused/);
    expect(await person.captures()).toMatchObject([
      { connection: { attempt: 2 }, password: 'wrongwrongwrongw' },
    ]);
  });

  journey('the right code under the wrong address: corrected, it works', async (person) => {
    const popup = await person.popupWithCode('google', {
      email: 'somebody.else@gmail.com',
      code: GMAIL_SECOND.code,
    });
    await popup.click('Send to Saleshandy');
    await popup.waitForText(/The code was refused/);
    await popup.click('Correct the address');
    await popup.type(GMAIL_SECOND.email);
    await popup.click('Use this address');
    await popup.click('Send to Saleshandy');
    await popup.waitForText(/Connected/);
  });

  journey(
    'IMAP off: it can send, says what to switch on, and works once that is done',
    async (person, sandbox) => {
      const popup = await person.popupWithCode('google', GMAIL_IMAP_OFF);
      await popup.click('Send to Saleshandy');
      const text = await popup.waitForText(/It can send, but can’t receive yet/);
      expect(text).toMatch(/Receiving\s+doesn’t work[\s✓]+Sending\s+works/);
      expect(text).toContain('Turn on IMAP');
      expect(text).toContain('Open IMAP settings');

      await sandbox.dovecot.switchImap(GMAIL_IMAP_OFF.email, true);
      try {
        await popup.click('Try again');
        await popup.waitForText(/Connected/);
      } finally {
        // The next test finds the mail server as this one did.
        await sandbox.dovecot.switchImap(GMAIL_IMAP_OFF.email, false);
      }
    },
  );
};
