import type { SrvRecord } from 'node:dns';
import type { SecureContext } from 'node:tls';
import type { MailDomain } from '../../../utils/onboarding/contract.ts';
import { askDns } from '../dns.ts';
import type { Network } from '../verification/destination.ts';
import { readAutoconfig } from './autoconfig.ts';
import { type FoundServer, foundServer } from './found.ts';
import { fetchText } from './https.ts';

export interface Found {
  by: 'autoconfig' | 'ispdb' | 'srv';
  confidence: NonNullable<MailDomain['confidence']>;
  imap: FoundServer;
  smtp: FoundServer;
}

export interface DiscoveryOptions {
  network: Network;
  secureContext: SecureContext;
}

/** The longest that all descriptions together may take, in ms. */
const DISCOVERY_MS = 4000;

/**
 * Where a domain's mailboxes are to be signed in to, by what is published about it: its owner's own description, then
 * Thunderbird's directory, then DNS. All are asked at once; the most certain that answers counts. Nobody is told a user's
 * address, and the directory only the domain.
 */
export async function discover(domain: string, options: DiscoveryOptions): Promise<Found | undefined> {
  const end = new AbortController();
  const signal = AbortSignal.any([end.signal, AbortSignal.timeout(DISCOVERY_MS)]);

  const described = async (
    by: 'autoconfig' | 'ispdb',
    confidence: Found['confidence'],
    url: string,
  ): Promise<Found | undefined> => {
    const xml = await fetchText(url, options.network, options.secureContext, signal);
    const servers = xml === undefined ? undefined : readAutoconfig(xml, domain);
    return servers && { by, confidence, ...servers };
  };

  // Some servers want to be asked about an address, and answer for the domain.
  const asked = `?emailaddress=${encodeURIComponent(`postmaster@${domain}`)}`;
  const answers = [
    described('autoconfig', 'sure', `https://autoconfig.${domain}/mail/config-v1.1.xml${asked}`),
    described('autoconfig', 'sure', `https://${domain}/.well-known/autoconfig/mail/config-v1.1.xml${asked}`),
    described('ispdb', 'likely', `https://autoconfig.thunderbird.net/v1.1/${domain}`),
    announced(domain, options.network.dnsServers),
  ].map((answer) => answer.catch(() => undefined));
  try {
    for (const answer of answers) {
      const found = await answer;
      if (found) return found;
    }
    return undefined;
  } finally {
    end.abort();
  }
}

/**
 * SRV records (RFC 6186, RFC 8314). DNS proves nothing: a server outside the domain may be of whoever answered in its
 * place, and has a certificate for itself. RFC 6186 wants such a one to be confirmed by the user.
 */
async function announced(domain: string, dnsServers: readonly string[]): Promise<Found | undefined> {
  const first = async (
    protocol: 'imap' | 'smtp',
    service: string,
    security: 'tls' | 'starttls',
  ): Promise<FoundServer | undefined> => {
    const records = await askDns(dnsServers, (resolver) => resolver.resolveSrv(`${service}._tcp.${domain}`));
    const [record] = records.sort(byPreference);
    return (
      record && foundServer(protocol, { host: record.name, port: record.port, security }, '%EMAILADDRESS%')
    );
  };
  const [imap, submissions, submission] = await Promise.all([
    first('imap', '_imaps', 'tls'),
    first('smtp', '_submissions', 'tls'),
    first('smtp', '_submission', 'starttls'),
  ]);
  const smtp = submissions ?? submission;
  if (!imap || !smtp) return undefined;
  const isWithin = [imap, smtp].every(({ server: { host } }) => `.${host}`.endsWith(`.${domain}`));
  return { by: 'srv', confidence: isWithin ? 'likely' : 'unsure', imap, smtp };
}

const byPreference = (a: SrvRecord, b: SrvRecord): number => a.priority - b.priority || b.weight - a.weight;
