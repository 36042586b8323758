import type { MailServers, ProviderMail } from './types.ts';

/** The servers that know this address; none at an unknown provider. */
export function serversFor(mail: ProviderMail | undefined, email: string): MailServers {
  const domain = email.slice(email.lastIndexOf('@') + 1).toLowerCase();
  const family = mail?.byDomain?.find(({ domains }) => domains.includes(domain));
  return family ?? mail ?? { imap: [], smtp: [] };
}

/** What the provider's servers want as the user name. */
export function userFor(mail: ProviderMail | undefined, protocol: 'imap' | 'smtp', email: string): string {
  return mail?.login?.[protocol] === 'local-part' ? email.replace(/@[^@]*$/, '') : email;
}

/** Every server of the provider, whichever addresses it knows. */
export function allServers({ imap, smtp, byDomain = [] }: ProviderMail): MailServers {
  return {
    imap: [imap, ...byDomain.map((family) => family.imap)].flat(),
    smtp: [smtp, ...byDomain.map((family) => family.smtp)].flat(),
  };
}
