import type { StoredCapture } from '../../utils/captures/capture.ts';
import type { Check } from '../../utils/onboarding/contract.ts';

// What is put on the screen without having happened, for pictures.

const ID = '6f2f1d3e-0000-4000-8000-000000000001';

/** A code that was caught, of a mailbox that is certain. */
export const held: StoredCapture = {
  id: ID,
  connectionId: ID,
  provider: 'google',
  email: 'test.person@gmail.com',
  account: 'certain',
  code: 'certain',
  reasons: ['letters', 'place', 'dialog', 'acted', 'unlike'],
  password: 'qwertyuiopasdfgh',
  state: 'held',
  capturedAt: 1,
  private: false,
  tries: 0,
};

/** A log-in that works. */
export const ok = (host: string, port: number): Check => ({ status: 'ok', host, port, ms: 300 });
