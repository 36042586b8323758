import { languageTag, t } from '../i18n.ts';
import type { Check, Connection, Reason } from '../onboarding/contract.ts';

/** Reasons that have a sentence of their own. Of others the code's says enough. */
const SENTENCES = [
  'REFUSED_WITH_REASON',
  'BACKEND_BLOCKED',
  'PASSWORD_EXPIRED',
  'TERMS_NOT_ACCEPTED',
  'NOT_IN_PLAN',
  'SENDING_OFF_OR_AUTH',
] as const satisfies readonly Reason[];

/** What to do about a connection that does not work, or not wholly; undefined where there is nothing to do. */
export function adviceText(
  connection: Connection | undefined,
  provider: string,
  email: string,
): string | undefined {
  const { code, reason, waitSeconds } = connection?.advice ?? {};
  if (!connection || !code) return undefined;
  const sentence = SENTENCES.find((it) => it === reason);
  const words = wordsOf(connection);
  if (sentence && (sentence !== 'REFUSED_WITH_REASON' || words)) {
    // Kept from changing the direction of what stands around them.
    return t(`why_${sentence}`, provider, email, `\u2068${words}\u2069`);
  }
  if (waitSeconds !== undefined && (code === 'TEMPORARY' || code === 'TOO_MANY_ATTEMPTS')) {
    return t(`wait_${code}`, provider, email, duration(waitSeconds));
  }
  return t(`code_${code}`, provider, email);
}

/** The server's words that the advice is about. */
function wordsOf({ advice, checks }: Connection): string {
  const about = [checks.receiving, checks.sending].find(
    (check): check is Extract<Check, { status: 'failed' }> =>
      check.status === 'failed' && check.code === advice?.code && check.reason === advice?.reason,
  );
  return about?.serverText ?? '';
}

/** A time in the unit that fits, such as `15 minutes`. */
function duration(seconds: number): string {
  const [count, unit] =
    seconds < 90
      ? [seconds, 'second']
      : seconds < 90 * 60
        ? [seconds / 60, 'minute']
        : seconds < 36 * 3600
          ? [seconds / 3600, 'hour']
          : [seconds / 86_400, 'day'];
  return new Intl.NumberFormat(languageTag(), {
    style: 'unit',
    unit: unit as string,
    unitDisplay: 'long',
  }).format(Math.round(count as number));
}
