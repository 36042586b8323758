import { readFileSync } from 'node:fs';
import type { Provider } from '../../../providers/registry/node.ts';
import { fillIn } from '../../../utils/fill-in.ts';
import type { Check } from '../../../utils/onboarding/contract.ts';
import type { Conclusion } from '../verification/verdict.ts';

type Messages = Record<string, { message: string }>;
const messages = JSON.parse(
  readFileSync(new URL('../../../public/_locales/en/messages.json', import.meta.url), 'utf8'),
) as Messages;

/** The extension's own words, in English, with `$1`, `$2` … filled in as browsers do. */
export function say(key: string, ...substitutions: string[]): string {
  const message = messages[key]?.message;
  if (message === undefined) throw new Error(`There are no words for ${key}`);
  return fillIn(message, substitutions);
}

/** What is to be said of a verdict: its headline, and the sentence of its advice, as the popup has them. */
export function sentences(
  { verdict, advice }: Pick<Conclusion, 'verdict' | 'advice'>,
  email: string,
  provider: Provider | undefined,
): { headline: string; text?: string } {
  const headline =
    verdict === 'verified'
      ? say('verified_title')
      : verdict === 'partial'
        ? say(`verdict_partial_${advice?.about ?? 'receiving'}`)
        : say(`verdict_${verdict}`);
  const name = provider?.guide.name ?? email.slice(email.lastIndexOf('@') + 1);
  return advice ? { headline, text: say(`code_${advice.code}`, name, email) } : { headline };
}

/** One protocol's line, and the server's own words under it. */
export function lineOf(name: string, check: Check): string {
  if (check.status === 'pending') return `${name}  ${say('check_pending')}`;
  const { host, port, ms, tries, status } = check;
  const facts = [
    say(`check_${status}`),
    ...(status === 'failed' ? [check.code, `at ${check.stage}`] : []),
    host ? `${host}:${port}` : '',
    `${ms} ms`,
    tries ? `${tries} log-ins` : '',
    status === 'ok' && check.login ? `as ${check.login}` : '',
  ].filter(Boolean);
  const said = status === 'failed' && check.serverText ? `\n           “${check.serverText}”` : '';
  return `${name.padEnd(9)}  ${facts.join('  ')}${said}`;
}
