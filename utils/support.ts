import type { CaptureView } from './captures/view.ts';
import type { Check } from './onboarding/contract.ts';

/**
 * What support needs to know of a mailbox that does not work, as text to be copied: neither the code nor the whole
 * address. In English, whatever the user's language: it is not for the user.
 *
 * @param version of the extension
 */
export function supportText(capture: CaptureView, version: string, now: Date): string {
  const { provider, email, state, fault, connection, tries } = capture;
  const { verdict, advice, attempt, checks } = connection ?? {};
  const facts: [string, unknown][] = [
    ['Mailbox Connect', version],
    ['time', now.toISOString()],
    ['provider', provider],
    ['mailbox', masked(email)],
    ['state', state],
    ['fault', fault && [fault.code, fault.status, fault.title].filter(Boolean).join(' ')],
    ['tries', tries || undefined],
    ['verdict', verdict],
    ['advice', advice && [advice.code, advice.reason].filter(Boolean).join(' ')],
    ['attempt', attempt],
    ['receiving', checks && checkText(checks.receiving)],
    ['sending', checks && checkText(checks.sending)],
    ['connection', connection?.id],
    ['request', connection?.requestId ?? fault?.requestId],
  ];
  return facts
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${withoutAddresses(String(value))}`]))
    .join('\n');
}

/** `t…@example.com`: enough to be recognised by its owner, too little to write to. */
export const masked = (email: string): string => email.replace(/^(.).*(?=@)/su, '$1…');

/** What stands before an @, with what can't be part of a word before it. */
const BEFORE_AT = /(?<![^\s<>()[\]"',;:@])([^\s<>()[\]"',;:@])[^\s<>()[\]"',;:@]*(?=@)/gu;

/** Every address in a text, masked. Whoever wrote the text may have quoted one. */
export const withoutAddresses = (text: string): string => text.slice(0, MOST).replace(BEFORE_AT, '$1…');

/** No text that belongs into a report is longer. */
const MOST = 2_000;

function checkText(check: Check): string {
  if (check.status === 'pending') return 'pending';
  const place = `${check.host}:${check.port} in ${check.ms} ms`;
  if (check.status === 'ok') return `ok, ${place}`;
  const reason = check.reason ? ` ${check.reason}` : '';
  return `${check.code}${reason} (${check.stage}), ${place}${check.serverText ? `: ${check.serverText}` : ''}`;
}
