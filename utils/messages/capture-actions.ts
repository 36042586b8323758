import { browser } from 'wxt/browser';
import type { CaptureView } from '../captures/view.ts';
import type { Servers } from '../onboarding/server-name.ts';
import { send } from './send.ts';

/**
 * What every view of a capture offers, the notice in a page too.
 * @param failed called where the worker can't be told
 */
export const basicActions = (id: string, failed?: () => void) => ({
  setAccount: (email: string, confirmed: boolean) =>
    send({ type: 'set-account', id, email, confirmed }).catch(failed),
  confirmCode: () => send({ type: 'confirm-code', id }).catch(failed),
  send: () => send({ type: 'send', id }).catch(failed),
  retry: () => send({ type: 'retry', id }).catch(failed),
});

/** A time may be over by now; the worker looks only now and then. */
export const countTime = (): void => void send({ type: 'count' });

/** Has the worker go on: with what it was ended in, and with what waits for the network as soon as there is one. */
export function keepWorkerAwake(): void {
  // The worker itself hears of the network only at its next try.
  addEventListener('online', countTime);
  countTime();
}

/** When nothing has changed for this long, in ms, the worker is asked to go on. */
const WAKE_AFTER_MS = 3_000;
let wake: ReturnType<typeof setInterval> | undefined;

/** For a page that shows these: a worker that was ended in the middle of one is not to be waited for. */
export function keepMoving(captures: readonly CaptureView[]): void {
  clearInterval(wake);
  if (captures.some(({ state }) => state === 'queued' || state === 'verifying'))
    wake = setInterval(countTime, WAKE_AFTER_MS);
}

/** What the extension's own pages can do with a capture: they tell the worker. */
export function actionsFor(capture: CaptureView) {
  const { id } = capture;
  const basic = basicActions(id);
  return {
    ...basic,
    setServers: (servers: Servers) => send({ type: 'set-servers', id, servers }),
    /** The second click is about the same code, so it is one: agree, and send. */
    agreeAndSend: async () => {
      await send({ type: 'agree-to-keys' });
      await basic.send();
    },
    consentAndSend: async () => {
      await send({ type: 'consent' });
      await basic.send();
    },
    keepLonger: () => send({ type: 'keep-longer', id }),
    timeIsOver: countTime,
    withdraw: () => send({ type: 'withdraw', id }),
    discard: () => send({ type: 'discard', id }),
    reveal: async (): Promise<string> => (await send({ type: 'reveal', id })) ?? '',
    /** Loaded on the click that wants it. */
    supportText: async () => {
      const { supportText } = await import('../support.ts');
      return supportText(capture, browser.runtime.getManifest().version, new Date());
    },
    openSettings: () => void browser.runtime.openOptionsPage(),
  };
}
