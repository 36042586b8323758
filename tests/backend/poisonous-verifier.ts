import type { Mailbox } from '../../backend/src/verification/mailbox.ts';
import { Verifier as Real } from '../../backend/src/verification/verify.ts';

/** As the real one, but for mailboxes at which it comes to grief, by what their names begin with. */
export class Verifier extends Real {
  override async verify(...[mailbox, finished]: Parameters<Real['verify']>): ReturnType<Real['verify']> {
    const name = mailbox.imap.usual;
    // It has logged in before it comes to grief.
    if (GRIEF.test(name)) await super.verify(mailbox, async () => {});
    if (name.startsWith('spins')) for (;;);
    if (name.startsWith('fills-heap')) fillHeap();
    if (name.startsWith('fills-buffers')) return fillBuffers();
    if (name.startsWith('hangs')) await new Promise(() => {});
    if (name.startsWith('throws')) throw new TypeError('fakesecret of a server');
    if (name.startsWith('escapes')) setImmediate(() => Promise.reject(new Error('nobody awaits this')));
    if (name.startsWith('odd-words')) return [oddCheck(mailbox), oddCheck(mailbox)];
    return super.verify(mailbox, finished);
  }
}

const GRIEF = /^(spins|fills|throws|escapes|odd|hangs)/;

function fillHeap(): void {
  const all: object[] = [];
  for (;;) all.push({ more: all.length });
}

/** Beside the heap, which has a limit of its own, and without keeping anybody from looking. */
async function fillBuffers(): Promise<never> {
  const all: Buffer[] = [];
  for (;;) {
    all.push(Buffer.alloc(8 * 2 ** 20, 1));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const oddCheck = ({ imap }: Mailbox) => {
  const [server] = imap.places[0]?.servers ?? [];
  return {
    status: 'failed' as const,
    host: server?.host ?? '',
    port: server?.port ?? 0,
    ms: 1,
    stage: 'auth' as const,
    code: 'UNKNOWN' as const,
    retryable: false,
    // Half of a character, and what is in no text of PostgreSQL's.
    serverText: 'no\ud83d \0 entry',
  };
};
