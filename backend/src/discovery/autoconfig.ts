import { XMLParser } from 'fast-xml-parser';
import type { MailServer } from '../../../utils/onboarding/contract.ts';
import { type FoundServer, foundServer } from './found.ts';

/**
 * Thunderbird's `config-v1.1.xml` (https://wiki.mozilla.org/Thunderbird:Autoconfiguration:ConfigFileFormat), of which only
 * what a password over TLS can be used with is taken.
 */

/** Lists are always lists, everything is text, and nothing is expanded: no entity, and so no bomb. */
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  processEntities: false,
  isArray: (name) => ['incomingServer', 'outgoingServer', 'authentication'].includes(name),
});

interface Entry {
  '@type'?: string;
  hostname?: unknown;
  port?: unknown;
  socketType?: unknown;
  username?: unknown;
  authentication?: unknown[];
}

const SECURITY: Record<string, MailServer['security']> = { SSL: 'tls', STARTTLS: 'starttls' };

/** A password under TLS, by its name of today and by the one before. */
const PASSWORD = /^(password-cleartext|plain)$/;

/**
 * The first servers, in the file's order of preference, that take a password over TLS.
 * @param domain stands for `%EMAILDOMAIN%`
 * @returns nothing for what is no such file, or names no such servers
 */
export function readAutoconfig(
  xml: string,
  domain: string,
): { imap: FoundServer; smtp: FoundServer } | undefined {
  let provider: { incomingServer?: Entry[]; outgoingServer?: Entry[] } | undefined;
  try {
    provider = parser.parse(xml)?.clientConfig?.emailProvider;
  } catch {
    return undefined;
  }
  const imap = firstOf(provider?.incomingServer, 'imap', domain);
  const smtp = firstOf(provider?.outgoingServer, 'smtp', domain);
  return imap && smtp && { imap, smtp };
}

function firstOf(
  entries: Entry[] | undefined,
  protocol: 'imap' | 'smtp',
  domain: string,
): FoundServer | undefined {
  if (!Array.isArray(entries)) return undefined;
  for (const entry of entries) {
    const takesPassword = entry.authentication?.some((method) => PASSWORD.test(String(method)));
    const security = SECURITY[String(entry.socketType)];
    if (entry['@type'] !== protocol || !takesPassword || !security) continue;
    const host = String(entry.hostname).replaceAll('%EMAILDOMAIN%', domain).trim();
    const found = foundServer(
      protocol,
      { host, port: Number(entry.port), security },
      String(entry.username ?? '%EMAILADDRESS%').trim(),
    );
    if (found) return found;
  }
  return undefined;
}
