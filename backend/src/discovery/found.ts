import type { MailServer } from '../../../utils/onboarding/contract.ts';

/** A server that somebody's description of a domain names. */
export interface FoundServer {
  server: MailServer;
  /** The user name, in which `%EMAILADDRESS%`, `%EMAILLOCALPART%` and `%EMAILDOMAIN%` stand for parts of the address. */
  user: string;
}

const PORTS = { imap: [993, 143], smtp: [465, 587] } as const;

/** A name of several labels, whose last one is no number: not an address, which says nothing about whose it is. */
const HOST = /^(?=.{4,253}$)([a-z\d]([a-z\d-]{0,61}[a-z\d])?\.)+[a-z]([a-z\d-]{0,61}[a-z\d])?$/;

/** @returns nothing for a server that is not to be connected to: by its port, or because its name is none */
export function foundServer(
  protocol: 'imap' | 'smtp',
  { host, port, security }: MailServer,
  user: string,
): FoundServer | undefined {
  if (host.length > 254) return undefined;
  const name = host.toLowerCase().replace(/\.$/, '');
  const isMail = (PORTS[protocol] as readonly number[]).includes(port);
  if (!isMail || !HOST.test(name) || !/^[^\p{Cc}\p{Cs}]{1,254}$/u.test(user)) return undefined;
  return { server: { host: name, port, security }, user };
}

/** The user name of an address at a server. */
export function userAt({ user }: FoundServer, email: string): string {
  const at = email.lastIndexOf('@');
  return user
    .replaceAll('%EMAILADDRESS%', () => email)
    .replaceAll('%EMAILLOCALPART%', () => email.slice(0, at))
    .replaceAll('%EMAILDOMAIN%', () => email.slice(at + 1));
}
