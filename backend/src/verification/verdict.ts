import type { ProviderGuide } from '../../../providers/registry/types.ts';
import type { Advice, Check, Code, Verdict } from '../../../utils/onboarding/contract.ts';

type Failed = Extract<Check, { status: 'failed' }>;

/**
 * Which of two failures explains the mailbox, most telling first: a method switched off leaves no password right; a
 * password called wrong outranks a throttle, a server that gives no reason, and one that can't be reached.
 */
const EXPLAINS: readonly [Verdict, readonly Code[]][] = [
  ['blocked', ['BASIC_AUTH_RETIRED', 'ACCOUNT_BLOCKED']],
  ['rejected', ['NEEDS_APP_PASSWORD', 'AUTH_INVALID']],
  ['blocked', ['PROVIDER_CHALLENGE', 'IMAP_OFF_OR_AUTH', 'IMAP_DISABLED', 'POP_DISABLED']],
  ['blocked', ['TENANT_SMTP_OFF', 'MAILBOX_SMTP_OFF', 'TENANT_SECURITY_DEFAULTS', 'TENANT_POLICY']],
  ['blocked', ['MAILBOX_NOT_CONNECTED', 'SENDER_NOT_ALLOWED', 'SENDING_QUOTA', 'AUTH_NOT_OFFERED']],
  ['unknown', ['WRONG_HOST', 'AUTH_AMBIGUOUS', 'TOO_MANY_ATTEMPTS', 'TEMPORARY', 'UNKNOWN']],
  ['unreachable', ['UNREACHABLE_TLS', 'UNREACHABLE_DNS', 'UNREACHABLE_REFUSED', 'UNREACHABLE_TIMEOUT']],
  ['unreachable', ['ENCRYPTION_REQUIRED']],
];
const ORDER = EXPLAINS.flatMap(([, codes]) => codes);

export interface Conclusion {
  verdict: Verdict;
  receiving: Check;
  sending: Check;
  advice?: Advice;
}

/**
 * What two finished checks say together, and what to do about it. A wrong-password answer counts for less where the other
 * protocol has just taken the password: then something else is in its way there.
 */
export function conclude(receiving: Check, sending: Check, guide: ProviderGuide | undefined): Conclusion {
  if (receiving.status !== 'failed' && sending.status !== 'failed') {
    return { verdict: 'verified', receiving, sending };
  }
  // The limit of a day, told to somebody who has signed in.
  if (sending.status === 'failed' && sending.code === 'SENDING_QUOTA') {
    const { verdict, ...told } = conclude(receiving, { ...sending, status: 'ok' }, guide);
    const advice: Advice = told.advice ?? { ...advise(sending.code, guide), about: 'sending' };
    return { verdict, receiving: told.receiving, sending, advice };
  }
  if (receiving.status === 'failed' && sending.status === 'failed') {
    const decisive = mostTelling(receiving, sending);
    const verdict = EXPLAINS.find(([, codes]) => codes.includes(decisive.code))?.[0] ?? 'unknown';
    return { verdict, receiving, sending, advice: advise(decisive.code, guide) };
  }
  if (receiving.status === 'failed') {
    // The password has just been proven right by sending: what refuses it here is the switch for IMAP.
    const told: Failed =
      receiving.code === 'AUTH_INVALID'
        ? { ...receiving, code: 'IMAP_DISABLED', retryable: true }
        : receiving;
    return {
      verdict: 'partial',
      receiving: told,
      sending,
      advice: { ...advise(told.code, guide), about: 'receiving' },
    };
  }
  // The password has just been proven right by receiving: what refuses it here is a switch or a lock on sending.
  const failed = sending as Failed;
  const told: Failed =
    failed.code === 'AUTH_INVALID' ? { ...failed, code: 'MAILBOX_SMTP_OFF', retryable: true } : failed;
  return {
    verdict: 'partial',
    receiving,
    sending: told,
    advice: { ...advise(told.code, guide), about: 'sending' },
  };
}

function mostTelling(receiving: Failed, sending: Failed): Failed {
  // Where sending does not tell a wrong password from a switch, receiving's "wrong password" may be the switch, too.
  if (receiving.code === 'AUTH_INVALID' && sending.code === 'IMAP_OFF_OR_AUTH') return sending;
  return ORDER.indexOf(sending.code) < ORDER.indexOf(receiving.code) ? sending : receiving;
}

function advise(code: Code, guide: ProviderGuide | undefined): Advice {
  const link = guide && linkFor(code, guide);
  return link ? { code, link } : { code };
}

function linkFor(code: Code, { appPasswords, fix }: ProviderGuide): string | undefined {
  switch (code) {
    case 'AUTH_INVALID':
    case 'NEEDS_APP_PASSWORD':
      return appPasswords;
    case 'IMAP_DISABLED':
    case 'IMAP_OFF_OR_AUTH':
    case 'MAILBOX_NOT_CONNECTED':
      return fix.imap;
    case 'PROVIDER_CHALLENGE':
    case 'ACCOUNT_BLOCKED':
      return fix.webmail;
    default:
      return undefined;
  }
}
