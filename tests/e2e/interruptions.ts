import { expect } from '@playwright/test';
import type { Journeys } from './person.ts';
import { GMAIL, YAHOO } from './world.ts';

/** What can end or be away between a code and its verdict, without taking anything with it. The same in every browser. */
export const interruptions: Journeys = (journey) => {
  journey(
    'the backend is down, then up: the code waits, says so, and goes on by itself',
    async (person, sandbox) => {
      await sandbox.backend.kill();
      const popup = await person.popupWithCode('google', GMAIL);
      await popup.click('Send to Saleshandy');
      const text = await popup.waitForText(/Waiting to be sent/);
      expect(text).toContain('The onboarding backend can’t be reached');
      expect(await person.captures()).toMatchObject([{ state: 'queued', password: GMAIL.code }]);
      expect(await person.badge()).toBe('…');
      // On disk it is sealed.
      expect(await person.onDisk()).not.toContain(GMAIL.code);

      await sandbox.restartBackend();
      await popup.waitForText(/Connected/);
    },
  );

  journey('the worker is ended while the code is held: it is still there', async (person) => {
    const popup = await person.popupWithCode('google', GMAIL);
    await popup.waitForText(/Send to Saleshandy/);
    expect(await person.onDisk()).not.toContain(GMAIL.code);
    await person.endWorker();
    await popup.click('Send to Saleshandy');
    await popup.waitForText(/Connected/);
  });

  journey(
    'the worker is ended between the click and the verdict, and goes on where it was',
    async (person, sandbox) => {
      sandbox.scripted.accounts.set(YAHOO.email, {
        password: YAHOO.code,
        outcome: { imap: 'slow', smtp: 'slow' },
      });
      let popup = await person.popupWithCode('yahoo', YAHOO);
      await popup.click('This is my mailbox');
      await popup.click('Send to Saleshandy');
      await popup.waitForText(/Checking the mailbox/);
      await popup.close();
      const logIns = sandbox.scripted.logIns.length;

      await person.endWorker();
      // Any event starts the next one; here the user opens the popup.
      popup = await person.openPopup();
      await popup.waitForText(/Connected/);
      expect(sandbox.scripted.logIns.length - logIns).toBeLessThanOrEqual(2);
      expect(await person.captures()).toMatchObject([{ state: 'verified' }]);
    },
  );
};
