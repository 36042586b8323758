import type { SecureContext } from 'node:tls';
import { domainToASCII } from 'node:url';
import { allServers, mxMatch } from '../../providers/registry/mail.ts';
import type { Provider } from '../../providers/registry/node.ts';
import { type MailDomain, problemTypes } from '../../utils/onboarding/contract.ts';
import { discover, type Found } from './discovery/discover.ts';
import { userAt } from './discovery/found.ts';
import { askDns } from './dns.ts';
import { RequestProblem } from './problems.ts';
import { secureContextWith } from './verification/connect.ts';
import type { Network } from './verification/destination.ts';
import type { LocatedServer } from './verification/mailbox.ts';

const KEEP_MS = 3600_000;

/** Of so many domains the answers are remembered. */
const MAX_KEPT = 5000;

/** In whichever script: 253 in ASCII, and some of the others take more to write. */
const LONGEST = 500;

const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

export interface DomainsOptions {
  providers: ReadonlyMap<string, Provider>;
  network: Network;
  /** A certificate authority to trust beside the well-known ones, PEM. */
  ca?: string;
  /** Whether descriptions of unknown domains are looked for, beside their mail exchangers. */
  discovers: boolean;
  log: (message: string, facts: Record<string, unknown>) => void;
}

interface Finding {
  answer: MailDomain;
  /** Where it is not a provider's. */
  found?: Found;
}

/** Which provider has a domain's mailboxes, or else which servers. */
export class Domains {
  readonly #options: DomainsOptions;
  readonly #own: ReadonlyMap<string, string>;
  readonly #secureContext: SecureContext;
  /** Oldest first. */
  readonly #found = new Map<string, { until: number; finding: Promise<Finding> }>();

  constructor(options: DomainsOptions) {
    this.#options = options;
    const own = [...options.providers].flatMap(([id, { guide }]) =>
      (guide.domains ?? []).map((domain) => [domain, id] as const),
    );
    this.#own = new Map(own);
    this.#secureContext = secureContextWith(options.ca);
  }

  /** @throws RequestProblem when it is no domain */
  async find(text: string): Promise<MailDomain> {
    return (await this.#find(readDomain(text))).answer;
  }

  /**
   * Where an address's mailbox is to be signed in to: at a provider, or at servers of its own. Nothing where only its owner
   * knows, or where what is said of its domain is not sure enough to hand anybody a password.
   * @throws RequestProblem when it is no domain
   */
  async serversOf(
    email: string,
  ): Promise<{ provider: Provider } | { imap: LocatedServer; smtp: LocatedServer } | undefined> {
    const { answer, found } = await this.#find(readDomain(email.slice(email.lastIndexOf('@') + 1)));
    const provider = this.#options.providers.get(answer.provider ?? '');
    if (provider) return { provider };
    if (!found || found.confidence === 'unsure') return undefined;
    const at = (protocol: 'imap' | 'smtp'): LocatedServer => ({
      server: found[protocol].server,
      user: userAt(found[protocol], email),
    });
    return { imap: at('imap'), smtp: at('smtp') };
  }

  async #find(domain: string): Promise<Finding> {
    const own = this.#own.get(domain);
    if (own) return { answer: { domain, provider: own, by: 'domain', confidence: 'sure' } };
    const finding = this.#remembered(domain) ?? this.#remember(domain, this.#lookUp(domain));
    try {
      return await finding;
    } catch (error) {
      // It may be different in a moment.
      if (this.#found.get(domain)?.finding === finding) this.#found.delete(domain);
      const { code } = error as NodeJS.ErrnoException;
      this.#options.log('domain not looked up', { error: code ?? String(error) });
      return { answer: { domain } };
    }
  }

  #remembered(domain: string): Promise<Finding> | undefined {
    const known = this.#found.get(domain);
    return known && known.until > Date.now() ? known.finding : undefined;
  }

  #remember(domain: string, finding: Promise<Finding>): Promise<Finding> {
    this.#found.delete(domain);
    this.#found.set(domain, { until: Date.now() + KEEP_MS, finding });
    const [oldest] = this.#found.keys();
    if (this.#found.size > MAX_KEPT) this.#found.delete(oldest as string);
    return finding;
  }

  /** @throws Error when DNS does not say */
  async #lookUp(domain: string): Promise<Finding> {
    const { network, discovers, providers } = this.#options;
    for (const host of await exchangers(domain, network.dnsServers)) {
      const matches = [...providers].map(([id, { mail }]) => [id, mxMatch(mail, host)] as const);
      const [provider, length] = matches.reduce((best, next) => (next[1] > best[1] ? next : best), ['', 0]);
      // What stands before it may be somebody who filters mail and hands it on.
      if (length > 0) return { answer: { domain, provider, by: 'mx', confidence: 'likely' } };
    }
    const found = discovers
      ? await discover(domain, { network, secureContext: this.#secureContext })
      : undefined;
    if (!found) return { answer: { domain } };
    const { by, imap, smtp } = found;
    const provider = this.#providerAt(imap.server.host, smtp.server.host);
    // Whoever says so, a known provider's server is safe to be told a password of its own.
    const confidence = provider && found.confidence === 'unsure' ? 'likely' : found.confidence;
    const servers = { imap: imap.server, smtp: smtp.server };
    return { answer: { domain, ...(provider ? { provider } : {}), by, servers, confidence }, found };
  }

  #providerAt(imapHost: string, smtpHost: string): string | undefined {
    const known = [...this.#options.providers].find(([, { mail }]) => {
      const { imap, smtp } = allServers(mail);
      return imap.some(({ host }) => host === imapHost) && smtp.some(({ host }) => host === smtpHost);
    });
    return known?.[0];
  }
}

/** Hosts that mail for a domain is delivered to, the preferred ones first. */
async function exchangers(domain: string, servers: readonly string[]): Promise<string[]> {
  const records = await askDns(servers, (resolver) => resolver.resolveMx(domain));
  return records.sort((a, b) => a.priority - b.priority).map(({ exchange }) => exchange.toLowerCase());
}

export function readDomain(text: string): string {
  // Of these it would make something else.
  // Writing other scripts in ASCII takes the square of their length.
  const domain = text.length > LONGEST || /[\s/?#\\]/.test(text) ? '' : domainToASCII(text);
  const labels = domain.split('.');
  const isDomain =
    labels.length > 1 &&
    domain.length <= 253 &&
    labels.every((label) => LABEL.test(label)) &&
    // Addresses have no letters in the end.
    /[a-z]/.test(labels.at(-1) as string);
  if (!isDomain) throw new RequestProblem(problemTypes.requestInvalid, 400, 'This isn’t a domain.');
  return domain;
}
