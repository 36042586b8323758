import type { MailServers, ProviderMail } from './types.ts';

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
  return family ?? region ?? mail ?? { imap: [], smtp: [] };
}

/** What the provider's servers want as the user name. */
export function userFor(mail: ProviderMail | undefined, protocol: 'imap' | 'smtp', email: string): string {
  return mail?.login?.[protocol] === 'local-part' ? email.replace(/@[^@]*$/, '') : email;
}

/** Every server of the provider, whichever addresses it knows. */
export function allServers({ imap, smtp, byDomain = [], byPageHost = [] }: ProviderMail): MailServers {
  const families = [...byDomain, ...byPageHost];
  return {
    imap: [imap, ...families.map((family) => family.imap)].flat(),
    smtp: [smtp, ...families.map((family) => family.smtp)].flat(),
  };
}

/** How much of the end of a mail exchanger's host is the provider's; 0 when it is not one of its hosts. */
export function mxMatch(mail: ProviderMail, host: string): number {
  const suffixes = mail.mx?.filter((suffix) => host === suffix || host.endsWith(`.${suffix}`)) ?? [];
  return Math.max(0, ...suffixes.map(({ length }) => length));
}
