import type { MailServer, MailServers, ProviderMail } from './types.ts';

/**
 * The servers that know this address; none at an unknown provider. What the address says counts for more than where its
 * code was shown.
 *
 * @param pageHost the host of the page that showed the code
 */
export function serversFor(mail: ProviderMail | undefined, email: string, pageHost?: string): MailServers {
  const domain = email.slice(email.lastIndexOf('@') + 1).toLowerCase();
  const family = mail?.byDomain?.find(({ domains }) => domains.includes(domain));
  const region = mail?.byPageHost?.find(({ hosts }) => pageHost !== undefined && hosts.includes(pageHost));
  const { imap, smtp, otherwise = [] } = family ?? region ?? mail ?? { imap: [], smtp: [] };
  return {
    imap,
    smtp: withSubmission(smtp),
    otherwise: otherwise.map((place) => ({ imap: place.imap, smtp: withSubmission(place.smtp) })),
  };
}

/** Likely to help where a network lets nobody out on port 465: the other port for sending, at the same host. */
function withSubmission(smtp: readonly MailServer[]): readonly MailServer[] {
  const alone = smtp.filter(
    ({ host, port }) => port === 465 && !smtp.some((other) => other.host === host && other.port === 587),
  );
  return [...smtp, ...alone.map(({ host }) => ({ host, port: 587, security: 'starttls' as const }))];
}

/** What the provider's servers may want as the user name, the likeliest first. */
export function usersFor(
  mail: ProviderMail | undefined,
  protocol: 'imap' | 'smtp',
  email: string,
): readonly string[] {
  const forms = [mail?.login?.[protocol] ?? 'address'].flat();
  return forms.map((form) => (form === 'local-part' ? email.replace(/@[^@]*$/, '') : email));
}

/** Every server of the provider, whichever addresses it knows. */
export function allServers({ imap, smtp, otherwise = [], byDomain = [], byPageHost = [] }: ProviderMail): {
  imap: readonly MailServer[];
  smtp: readonly MailServer[];
} {
  const families: MailServers[] = [{ imap, smtp, otherwise }, ...byDomain, ...byPageHost];
  const places = families.flatMap((family) => [family, ...(family.otherwise ?? [])]);
  return {
    imap: places.flatMap((place) => place.imap),
    smtp: places.flatMap((place) => withSubmission(place.smtp)),
  };
}

/** How much of the end of a mail exchanger's host is the provider's; 0 when it is not one of its hosts. */
export function mxMatch(mail: ProviderMail, host: string): number {
  const suffixes = mail.mx?.filter((suffix) => host === suffix || host.endsWith(`.${suffix}`)) ?? [];
  return Math.max(0, ...suffixes.map(({ length }) => length));
}
