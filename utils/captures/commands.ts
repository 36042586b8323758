import type { CaptureCommand } from '../messaging/messages.ts';
import type { CaptureEvent } from './transition.ts';

/** What happens to a capture when its user wants something done with it. */
export function eventOf(command: CaptureCommand): CaptureEvent {
  // For when it makes another connection of it.
  const connectionId = crypto.randomUUID();
  switch (command.type) {
    case 'set-account': {
      const { email, confirmed, provider } = command;
      return { type: 'account-set', email: email.trim(), confirmed, provider, connectionId };
    }
    case 'set-servers':
      return { type: 'servers-set', servers: command.servers, connectionId };
    case 'confirm-code':
      return { type: 'code-confirmed' };
    case 'withdraw':
      return { type: 'withdraw', connectionId };
    default:
      return { type: command.type };
  }
}
