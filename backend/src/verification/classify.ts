import type { Code, Reason } from '../../../utils/onboarding/contract.ts';
import { type AnswerRule, type Dialect, type Protocol, RULES, type Step } from './answer-rules.ts';
import type { Failure } from './attempt.ts';
import { MAX_WORDS } from './scrub.ts';
import { saysWrongPassword } from './wrong-password.ts';

/** What a failed attempt means. */
export interface Meaning {
  code: Code;
  reason?: Reason;
  /** How long it makes sense to wait before the next try, in seconds. */
  waitSeconds?: number;
}

/** Who has answered. */
export interface Server {
  protocol: Protocol;
  dialect: Dialect;
  /** Its name, where that makes a difference. */
  host?: string;
}

/** Errors that follow from an earlier one, which they may carry with them. */
const FOLLOW_ON = /(?<![\d.])5\.7\.57(?![\d.])|anonymous mail/i;

/** What makes sense after a server that does not answer, or hangs up, in seconds. */
const WAIT_SECONDS = 60;

/**
 * What a failed attempt means. Words nobody has explained stay `UNKNOWN`, told with what the server says.
 * @returns undefined where the answer is no verdict about the mailbox: of an address that may be served later
 * (greylisting), or a policy about whoever is connected
 */
export function classify(failure: Failure, server: Server): Meaning | undefined {
  const { kind, text, after } = failure;
  switch (kind) {
    case 'dns':
      return { code: 'UNREACHABLE_DNS' };
    case 'refused':
      return { code: 'UNREACHABLE_REFUSED' };
    case 'timeout':
      if (after === 'open-inbox') return { code: 'MAILBOX_NOT_CONNECTED' };
      return { code: 'UNREACHABLE_TIMEOUT' };
    case 'tls':
      return { code: 'UNREACHABLE_TLS' };
    case 'not-offered':
      return { code: 'AUTH_NOT_OFFERED' };
    case 'malformed':
      return { code: 'UNKNOWN' };
    case 'dropped':
      if (after === 'open-inbox') return { code: 'MAILBOX_NOT_CONNECTED' };
      return { code: 'TEMPORARY', waitSeconds: WAIT_SECONDS };
    case 'answer':
      return meaningOf(words(text), stepOf(failure), server);
  }
}

const stepOf = ({ stage, after }: Failure): Step => after ?? (stage === 'auth' ? 'sign-in' : 'greeting');

/** A reply of several lines (`535-5.7.8 …` and `535 5.7.8 …`) as one. */
const words = (text: string): string =>
  text
    .slice(0, MAX_WORDS)
    // Dovecot's reasons are configured without blanks: `Account_disabled`.
    .replace(/[\s_]+/g, ' ')
    .trim();

function meaningOf(line: string, step: Step, server: Server): Meaning | undefined {
  const said = FOLLOW_ON.test(line) ? (/Error: (.*)$/i.exec(line)?.[1] ?? line) : line;
  const rule = RULES.find((it) => fits(it, said, step, server));
  if (step === 'mail-from') return isAboutMailbox(rule, said) ? told(rule, said, server) : undefined;
  if (rule) return told(rule, said, server);
  switch (step === 'sign-in' ? saysWrongPassword(said) : 'no') {
    case 'only':
      return { code: 'AUTH_INVALID' };
    case 'also':
      return { code: 'UNKNOWN', reason: 'REFUSED_WITH_REASON' };
    case 'no':
      return told(undefined, said, server);
  }
}

const fits = (
  { step: steps, at, host, says }: AnswerRule,
  said: string,
  step: Step,
  server: Server,
): boolean =>
  (!steps || steps.includes(step)) &&
  (!at || at === server.dialect) &&
  (!host || host.test(server.host ?? '')) &&
  says.test(said);

/** Of those that a later or another connection may hear, only these are about the mailbox. */
const LASTING = new Set<AnswerRule['code']>(['SENDING_QUOTA', 'ACCOUNT_BLOCKED']);

/**
 * Whether an answer to MAIL FROM says that the mailbox may not send. Not one for now (`4xx`, greylisting above all), about
 * our address, or of a server that does not understand the command (`50x`).
 */
function isAboutMailbox(rule: AnswerRule | undefined, said: string): boolean {
  if (rule?.code === 'UNREACHABLE_REFUSED' || /\bgr[ea]y-?list/i.test(said)) return false;
  if (/^4\d\d\b/.test(said)) return rule !== undefined && LASTING.has(rule.code);
  return !/^50[0-4]\b/.test(said);
}

function told(rule: AnswerRule | undefined, said: string, { protocol }: Server): Meaning {
  // A refusal without a word explains nothing.
  if (!rule)
    return /\p{L}{3}.*\p{L}{3}/u.test(said.slice(4))
      ? { code: 'UNKNOWN', reason: 'REFUSED_WITH_REASON' }
      : { code: 'UNKNOWN' };
  const code = typeof rule.code === 'string' ? rule.code : rule.code[protocol];
  const waitSeconds = rule.waitSeconds === undefined ? undefined : (waitIn(said) ?? rule.waitSeconds);
  return {
    code,
    ...(rule.reason ? { reason: rule.reason } : {}),
    ...(waitSeconds === undefined ? {} : { waitSeconds }),
  };
}

const UNIT_SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** The longest wait that is believed, in seconds. */
const MAX_WAIT_SECONDS = 2 * 86_400;

/** The time that the words themselves name, such as `Suggested Backoff Time: 299961 milliseconds`. */
function waitIn(said: string): number | undefined {
  const [, count, unit = ''] =
    /\b(?:in|for|after|wait|time:?|within) (?:about |at least |another )?(\d{1,9}) ?(milliseconds?|ms|sec(?:ond)?s?|min(?:ute)?s?|hours?|hrs?|days?|[smhd]\b)/i.exec(
      said,
    ) ?? [];
  if (count === undefined) return /a few minutes/i.test(said) ? 300 : undefined;
  const seconds = /^m(s|illi)/i.test(unit)
    ? Number(count) / 1000
    : Number(count) * (UNIT_SECONDS[unit.charAt(0).toLowerCase()] ?? 1);
  return Math.min(Math.max(Math.ceil(seconds), 1), MAX_WAIT_SECONDS);
}

/** Only another password, or another way to sign in, can help. Microsoft's ambiguous answer mostly means the latter. */
const FINAL: ReadonlySet<Code> = new Set<Code>([
  'AUTH_INVALID',
  'AUTH_AMBIGUOUS',
  'NEEDS_APP_PASSWORD',
  'BASIC_AUTH_RETIRED',
  'UNKNOWN',
]);

/** Whether the same password can work later, after a switch, a wait or a confirmation. */
export const isRetryable = ({ code, reason }: Meaning): boolean =>
  !FINAL.has(code) || reason === 'REFUSED_WITH_REASON';
