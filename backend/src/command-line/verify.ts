import { parseArgs } from 'node:util';
import * as z from 'zod';
import { lengthsOf } from '../../../providers/registry/code-form.ts';
import { loadProviders, type Provider } from '../../../providers/registry/node.ts';
import { readPasted } from '../../../utils/captures/pasted.ts';
import { ConnectionRequest } from '../../../utils/onboarding/contract.ts';
import { type Servers, serverFrom } from '../../../utils/onboarding/server-name.ts';
import { Secret } from '../../../utils/secret.ts';
import { readConfig } from '../config.ts';
import { locate, providerOf } from '../connections/locate.ts';
import { mailOf } from '../mail.ts';
import { toMailbox } from '../verification/mailbox.ts';
import { conclude } from '../verification/verdict.ts';
import { Verifier } from '../verification/verify.ts';
import { askSecret, Cancelled } from './ask.ts';
import { lineOf, say, sentences } from './words.ts';

const USAGE = `npm run verify -- user@example.com
  --provider   its id, such as google, where the domain does not tell
  --imap       host or host:port; needs --smtp
  --smtp       host or host:port; needs --imap
  --login      the user name, where it is not the usual one
  --insist     tries what does not look like an app password of the provider
  --json       prints the result as JSON
The code is asked for, or is the first line of stdin. Exits with 0 if the mailbox is verified, 1 if not, 2 if it was not tried.`;

interface Arguments {
  email: string;
  provider: string;
  login?: string;
  servers?: Servers;
  insist: boolean;
  json: boolean;
}

/** What the extension calls a provider it does not know. */
const OTHER = 'other';

/** Verifies one mailbox as the backend does, without one: nothing listens, and nothing is stored. */
try {
  const given = readArguments();
  const providers = await loadProviders();
  if (given.provider !== OTHER && !providers.has(given.provider)) {
    throw new Error(
      `No provider is called ${given.provider}. There are ${[...providers.keys()].join(', ')}.`,
    );
  }
  const { domains, verifier } = mailOf(readConfig(process.env), providers, () => {});
  const located = await locate(given, { providers, domains });
  const provider = providerOf({ provider: given.provider, located: located ?? null }, providers);
  const password = readCode(await askSecret(`App password of ${given.email}: `), provider, given.insist);
  const mailbox = toMailbox(
    {
      ...given,
      provider,
      located: located && 'imap' in located ? located : undefined,
      password,
      isFresh: true,
    },
    providers,
  );
  const checks = await new Verifier(verifier).verify(mailbox, async () => {});
  const { receiving, sending, ...told } = conclude(...checks, provider?.guide);
  const { email } = given;
  const { headline, text } = sentences(told, email, provider);
  if (given.json) {
    const said = { email, provider: provider?.id, ...told, checks: { receiving, sending }, headline, text };
    console.log(JSON.stringify(said, null, 2));
  } else {
    const lines = [
      `${email}${provider ? ` (${provider.guide.name})` : ''}: ${headline}`,
      lineOf(say('receiving'), receiving),
      lineOf(say('sending'), sending),
      text,
      told.advice?.link,
    ];
    console.log(lines.filter(Boolean).join('\n'));
  }
  process.exitCode = told.verdict === 'verified' ? 0 : 1;
} catch (error) {
  if (!(error instanceof Cancelled)) console.error(error instanceof Error ? error.message : error);
  process.exitCode = error instanceof Cancelled ? 130 : 2;
}

/** @throws Error with the usage */
function readArguments(): Arguments {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const options = { provider: text, imap: text, smtp: text, login: text, insist: flag, json: flag };
  try {
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    const [email, ...rest] = positionals;
    const { provider = OTHER, imap, smtp, login, insist, json } = values;
    const isAddress = z.safeParse(ConnectionRequest.shape.email, email).success;
    if (!email || !isAddress || rest.length > 0 || !imap !== !smtp) throw new Error(USAGE);
    const servers = imap && smtp ? { imap: named('imap', imap), smtp: named('smtp', smtp) } : undefined;
    return { email, provider, insist, json, ...(login ? { login } : {}), ...(servers ? { servers } : {}) };
  } catch (error) {
    throw new Error((error as Error).message === USAGE ? USAGE : `${(error as Error).message}\n${USAGE}`);
  }
}

function named(protocol: 'imap' | 'smtp', text: string): Servers['imap'] {
  const server = serverFrom(protocol, text);
  if (!server) throw new Error(`--${protocol} is a host, or host:port.`);
  return server;
}

/**
 * What was typed as the extension takes it when it is pasted: without the gaps it is shown with.
 * @throws Error that says why it is hardly a code
 */
function readCode(typed: Secret, provider: Provider | undefined, insist: boolean): Secret {
  const shape = provider?.page?.code;
  const { code, problem } = readPasted(typed.open(), shape);
  if (code !== undefined && (!problem || insist)) return new Secret(code);
  const [fewest, most] = shape ? lengthsOf(shape) : [0, 0];
  const length = fewest === most ? String(fewest) : `${fewest}–${most}`;
  const letters = String((code ?? '').replaceAll(shape?.separator ?? '\0', '').length);
  const why = say(`paste_${problem}`, provider?.guide.name ?? '', length, letters);
  throw new Error(code === undefined ? why : `${why}\nWith --insist it is tried all the same.`);
}
