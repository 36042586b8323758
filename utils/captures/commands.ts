import { providerOf } from '../../providers/registry/guides.ts';
import type { CaptureCommand } from '../messaging/messages.ts';
import type { CaptureEvent } from './transition.ts';

/**
 * What happens to a capture when its user wants something done with it.
 * @param backend our account that it would be sent with
 */
export function eventOf(command: CaptureCommand, backend: string | undefined): CaptureEvent {
  // For when it makes another connection of it.
  const connectionId = crypto.randomUUID();
  switch (command.type) {
    case 'set-account': {
      const { confirmed } = command;
      const email = command.email.trim();
      // Where the page did not tell whose it is, the address may.
      const provider = confirmed ? providerOf(email) : undefined;
      return { type: 'account-set', email, confirmed, provider, connectionId };
    }
    case 'set-servers':
      return { type: 'servers-set', servers: command.servers, connectionId };
    case 'confirm-code':
      return { type: 'code-confirmed' };
    case 'withdraw':
      return { type: 'withdraw', connectionId };
    case 'send':
      return { type: 'send', backend, now: Date.now() };
    default:
      return { type: command.type };
  }
}
