import { startBackend } from '../../backend/src/backend.ts';
import { readConfig } from '../../backend/src/config.ts';

/** The backend, whose verifier comes to grief at some mailboxes. */
const backend = await startBackend(
  readConfig(process.env),
  new URL('./poisonous-verifier.ts', import.meta.url).href,
);
process.send?.({ url: backend.url, token: backend.token });
process.once('SIGTERM', () => void backend.stop().then(() => process.exit(0)));
