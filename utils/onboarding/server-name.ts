import type { MailServer } from './contract.ts';

export interface Servers {
  imap: MailServer;
  smtp: MailServer;
}

/** Ports that speak TLS from the first byte; on any other it begins with STARTTLS. Plain text there is none. */
const TLS_PORTS = [993, 465];
const USUAL = { imap: 993, smtp: 465 };

/** `mail.example.com` or `mail.example.com:587` as a server; nothing when it is no such name. */
export function serverFrom(protocol: 'imap' | 'smtp', text: string): MailServer | undefined {
  const match = /^((?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]{2,})(?::(\d{1,5}))?$/i.exec(text.trim());
  if (!match?.[1]) return undefined;
  const port = match[2] === undefined ? USUAL[protocol] : Number(match[2]);
  if (port < 1 || port > 65_535) return undefined;
  return { host: match[1].toLowerCase(), port, security: TLS_PORTS.includes(port) ? 'tls' : 'starttls' };
}
