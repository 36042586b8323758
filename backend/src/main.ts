import { startBackend } from './backend.ts';
import { readConfig } from './config.ts';

/** Starts the backend with the settings of the environment, and says what the extension's options ask for. */
try {
  const backend = await startBackend(readConfig(process.env));
  console.log(`Onboarding backend at ${backend.url}\nAccess token ${backend.token}`);
  process.send?.({ url: backend.url, token: backend.token });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void backend.stop().then(() => process.exit(0)));
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
