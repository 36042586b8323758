import { languageTag, t } from '../i18n.ts';
import type { Check, Connection } from '../onboarding/contract.ts';

/** What to do about a connection that does not work, or not wholly; undefined where there is nothing to do. */
export function adviceText(
  connection: Connection | undefined,
  provider: string,
  email: string,
): string | undefined {
  const { code, reason, waitSeconds } = connection?.advice ?? {};
  if (!connection || !code) return undefined;
  const words = wordsOf(connection);
  // The code says all there is to be said about a server that is away; and about a refusal that came without words.
  const hasSentence =
    reason && reason !== 'AUTHENTICATION_AWAY' && (reason !== 'REFUSED_WITH_REASON' || words);
  if (hasSentence) {
    // Kept from changing the direction of what stands around them.
    return t(`why_${reason}`, provider, email, `\u2068${words}\u2069`);
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
