import type { Backend } from './backend.ts';
import type { Check, Connection } from './contract.ts';

/**
 * What the practice page's codes are sent to: nothing. It takes its time, as mail servers do, and finds that everything
 * works; nothing leaves the browser.
 */
export const practiceBackend: Backend = {
  origin: 'https://practice.invalid',
  account: '00000000-0000-4000-8000-000000000000',
  client: {
    connect: async (id, { email }) => connection(id, email, 1),
    connection: async (id, { since }) => {
      await new Promise((resolve) => setTimeout(resolve, STEP));
      return connection(id, '', since + 1);
    },
    verifyAgain: async (id) => connection(id, '', 1),
    forget: async () => {},
  },
  acquaint: async () => {
    const { publicKey } = (await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, false, [
      'deriveBits',
    ])) as CryptoKeyPair;
    const { x, y } = (await crypto.subtle.exportKey('jwk', publicKey)) as { x: string; y: string };
    const key = { kty: 'EC', crv: 'P-256', x, y, kid: 'practice', use: 'enc', alg: 'ECDH-ES' } as const;
    return { keys: { keys: [key] }, workspace: { id: 'practice', name: '' }, askedAt: Date.now() };
  },
};

/** Between two of its answers, in ms. */
const STEP = 600;

function connection(id: string, email: string, version: number): Connection {
  const done = (step: number, port: number): Check =>
    version > step ? { status: 'ok', host: 'practice.invalid', port, ms: STEP } : { status: 'pending' };
  const checks = { receiving: done(1, 993), sending: done(2, 465) };
  const isDone = version > 2;
  return {
    id,
    provider: 'practice',
    email,
    state: isDone ? 'done' : 'verifying',
    version,
    attempt: 1,
    checks,
    ...(isDone ? { verdict: 'verified' as const } : {}),
  };
}
