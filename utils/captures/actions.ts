import { browser } from 'wxt/browser';
import type { CaptureCommand } from '../messaging/messages.ts';
import type { Servers } from '../onboarding/server-name.ts';
import type { CaptureView } from './view.ts';

export const command = (message: CaptureCommand): void => void browser.runtime.sendMessage(message);

/** A time may be over by now; the worker looks only now and then. */
export const countTime = (): void => void browser.runtime.sendMessage({ type: 'count' });

/** When nothing has changed for so long, in ms, the worker is asked to go on. */
const WAKE_AFTER = 3_000;
let wake: ReturnType<typeof setInterval> | undefined;

/** For a page that shows these: a worker that was ended in the middle of one is not to be waited for. */
export function keepMoving(captures: readonly CaptureView[]): void {
  clearInterval(wake);
  if (captures.some(({ state }) => state === 'queued' || state === 'verifying'))
    wake = setInterval(countTime, WAKE_AFTER);
}

/** What the extension's own pages can do with a capture: they tell the worker. */
export function actionsFor(capture: CaptureView) {
  const { id } = capture;
  return {
    setAccount: (email: string, confirmed: boolean) => command({ type: 'set-account', id, email, confirmed }),
    setServers: (servers: Servers) => command({ type: 'set-servers', id, servers }),
    confirmCode: () => command({ type: 'confirm-code', id }),
    send: () => command({ type: 'send', id }),
    /** The second click is about the same code, so it is one: agree, and send. */
    agreeAndSend: async () => {
      await browser.runtime.sendMessage({ type: 'agree-to-keys' });
      command({ type: 'send', id });
    },
    consentAndSend: async () => {
      await browser.runtime.sendMessage({ type: 'consent' });
      command({ type: 'send', id });
    },
    keepLonger: () => command({ type: 'keep-longer', id }),
    timeIsOver: countTime,
    withdraw: () => command({ type: 'withdraw', id }),
    retry: () => command({ type: 'retry', id }),
    discard: () => command({ type: 'discard', id }),
    reveal: async (): Promise<string> => (await browser.runtime.sendMessage({ type: 'reveal', id })) ?? '',
    /** Loaded on the click that wants it. */
    supportText: async () => {
      const { supportText } = await import('../support.ts');
      return supportText(capture, browser.runtime.getManifest().version, new Date());
    },
    openSettings: () => void browser.runtime.openOptionsPage(),
  };
}
