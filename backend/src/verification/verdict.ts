import type { ProviderGuide } from '../../../providers/registry/types.ts';
import type { Advice, Check, Code, Reason, Verdict } from '../../../utils/onboarding/contract.ts';

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
 * What two finished checks say together, and what to do about it.
 */
export function conclude(receiving: Check, sending: Check, guide: ProviderGuide | undefined): Conclusion {
  if (receiving.status !== 'failed' && sending.status !== 'failed') {
    return { verdict: 'verified', receiving, sending };
  }
  // The limit of a day, told to somebody who has signed in.
  if (sending.status === 'failed' && sending.code === 'SENDING_QUOTA') {
    const { verdict, ...told } = conclude(receiving, { ...sending, status: 'ok' }, guide);
    const advice: Advice = told.advice ?? { ...advise(sending, guide), about: 'sending' };
    return { verdict, receiving: told.receiving, sending, advice };
  }
  if (receiving.status === 'failed' && sending.status === 'failed') {
    const decisive = mostTelling(receiving, sending);
    const verdict = EXPLAINS.find(([, codes]) => codes.includes(decisive.code))?.[0] ?? 'unknown';
    return { verdict, receiving, sending, advice: advise(decisive, guide) };
  }
  const about = receiving.status === 'failed' ? 'receiving' : 'sending';
  const failed = (receiving.status === 'failed' ? receiving : sending) as Failed;
  const { check, advice } = beside(failed, about, guide);
  const told = about === 'receiving' ? { receiving: check, sending } : { receiving, sending: check };
  return { verdict: 'partial', ...told, advice: { ...advice, about } };
}

/**
 * What a failure says while the other protocol works. The other one has just taken the password, so words for a wrong one
 * mean a switch more often than not; which of the two it is the server has not said.
 */
function beside(failed: Failed, about: 'receiving' | 'sending', guide: ProviderGuide | undefined) {
  if (failed.code !== 'AUTH_INVALID' || failed.reason)
    return { check: failed, advice: advise(failed, guide) };
  const check: Failed = { ...failed, retryable: true };
  const advice =
    about === 'receiving'
      ? advise({ code: 'IMAP_OFF_OR_AUTH' }, guide)
      : advise({ code: 'MAILBOX_SMTP_OFF', reason: 'SENDING_OFF_OR_AUTH' }, guide);
  return { check, advice };
}

function mostTelling(receiving: Failed, sending: Failed): Failed {
  // Where sending does not tell a wrong password from a switch, receiving's "wrong password" may be the switch, too.
  if (receiving.code === 'AUTH_INVALID' && sending.code === 'IMAP_OFF_OR_AUTH') return sending;
  // What one says about why outranks that the other only calls the password wrong: mostly they ask the same place.
  for (const [one, other] of [
    [receiving, sending],
    [sending, receiving],
  ] as const) {
    if (other.code === 'AUTH_INVALID' && !other.reason && one.reason && EXPLAINS_MORE.has(one.reason))
      return one;
  }
  return ORDER.indexOf(sending.code) < ORDER.indexOf(receiving.code) ? sending : receiving;
}

const EXPLAINS_MORE = new Set<Reason>(['AUTHENTICATION_AWAY', 'REFUSED_WITH_REASON', 'PASSWORD_EXPIRED']);

function advise(
  { code, reason, waitSeconds }: Pick<Failed, 'code' | 'reason' | 'waitSeconds'>,
  guide: ProviderGuide | undefined,
): Advice {
  const link = guide && linkFor(code, guide);
  return {
    code,
    ...(reason ? { reason } : {}),
    ...(waitSeconds === undefined ? {} : { waitSeconds }),
    ...(link ? { link } : {}),
  };
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
