import { browser } from 'wxt/browser';
import { providerOf } from '../../providers/registry/guides.ts';
import type { CaptureCommand } from '../messaging/messages.ts';
import type { Servers } from '../onboarding/server-name.ts';
import { captures } from './store.ts';
import { type CaptureView, OTHER } from './view.ts';

export const command = (message: CaptureCommand): void => void browser.runtime.sendMessage(message);

/** It may be over by now; the worker looks only now and then. */
export const countTime = (): void => void browser.runtime.sendMessage({ type: 'count' });

/** What the extension's own pages can do with a capture. */
export function actionsFor({ id, provider }: Pick<CaptureView, 'id' | 'provider'>) {
  const openSettings = (): void => void browser.runtime.openOptionsPage();
  return {
    setAccount: (email: string, confirmed: boolean) =>
      command({
        type: 'set-account',
        id,
        email,
        confirmed,
        ...(confirmed && provider === OTHER ? { provider: providerOf(email) } : {}),
      }),
    setServers: (servers: Servers) => command({ type: 'set-servers', id, servers }),
    confirmCode: () => command({ type: 'confirm-code', id }),
    send: () => command({ type: 'send', id }),
    /** The second click is about the same code, so it is one: agree, and send. */
    agreeAndSend: async () => {
      await browser.runtime.sendMessage({ type: 'agree-to-keys' });
      command({ type: 'send', id });
    },
    keepLonger: () => command({ type: 'keep-longer', id }),
    timeIsOver: countTime,
    withdraw: () => command({ type: 'withdraw', id }),
    retry: () => command({ type: 'retry', id }),
    discard: () => command({ type: 'discard', id }),
    reveal: async () => (await captures.read())[id]?.password?.open() ?? '',
    openSettings,
  };
}
