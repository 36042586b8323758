import { parseArgs } from 'node:util';
import { askSecret, Cancelled } from '../../backend/src/command-line/ask.ts';
import { conform, type Mailbox } from './checks.ts';

const USAGE = `npm run conformance -- --url https://onboarding.example.com --token …
  --url        the backend's origin
  --token      an access token for it; or set ONBOARDING_TOKEN
  --email      a real mailbox, to see that it ends as verified; its code is asked for, or taken from MAILBOX_CODE.
               It is deleted again. Without one no mail server is needed
  --provider   of that mailbox, where its domain does not tell`;

/** Says of any backend whether it keeps the contract: a line for each check, and the sum. */
try {
  const { url, token, mailbox } = await readArguments();
  const { passed, failed } = await conform({ url, token, mailbox }, ({ name, failure, unseen }) => {
    if (failure !== undefined) console.log(`✗ ${name}\n    ${failure}`);
    else if (unseen !== undefined) console.log(`- ${name}\n    not seen: ${unseen}`);
    else console.log(`✓ ${name}`);
  });
  console.log(`\n${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
} catch (error) {
  if (error instanceof Cancelled) process.exitCode = 130;
  else {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
  }
}

async function readArguments(): Promise<{ url: string; token: string; mailbox?: Mailbox }> {
  const text = { type: 'string' } as const;
  let values: Partial<Record<'url' | 'token' | 'email' | 'provider', string>>;
  try {
    ({ values } = parseArgs({ options: { url: text, token: text, email: text, provider: text } }));
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${USAGE}`);
  }
  const { url, token = process.env.ONBOARDING_TOKEN, email, provider } = values;
  if (!url || !/^https?:$/.test(URL.parse(url)?.protocol ?? '') || !token) throw new Error(USAGE);
  if (!email) return { url, token };
  const password = process.env.MAILBOX_CODE ?? (await askSecret(`App password of ${email}: `)).open();
  return { url, token, mailbox: { email, password, ...(provider ? { provider } : {}) } };
}
