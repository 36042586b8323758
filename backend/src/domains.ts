import { domainToASCII } from 'node:url';
import { mxMatch } from '../../providers/registry/mail.ts';
import type { Provider } from '../../providers/registry/node.ts';
import { type MailDomain, problemTypes } from '../../utils/onboarding/contract.ts';
import { askDns } from './dns.ts';
import { RequestProblem } from './problems.ts';

const KEEP_MS = 3600_000;

/** Of so many domains the answers are remembered. */
const MAX_KEPT = 5000;

const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

export interface DomainsOptions {
  providers: ReadonlyMap<string, Provider>;
  /** DNS servers to ask, `address:port`; those of the system if empty. */
  dnsServers: readonly string[];
  log: (message: string, facts: Record<string, unknown>) => void;
}

/** Which provider has a domain's mailboxes. */
export class Domains {
  readonly #options: DomainsOptions;
  readonly #own: ReadonlyMap<string, string>;
  /** Oldest first. */
  readonly #found = new Map<string, { until: number; answer: Promise<MailDomain> }>();

  constructor(options: DomainsOptions) {
    this.#options = options;
    const own = [...options.providers].flatMap(([id, { guide }]) =>
      (guide.domains ?? []).map((domain) => [domain, id] as const),
    );
    this.#own = new Map(own);
  }

  /** @throws RequestProblem when it is no domain */
  async find(text: string): Promise<MailDomain> {
    const domain = readDomain(text);
    const own = this.#own.get(domain);
    if (own) return { domain, provider: own, by: 'domain' };
    const answer = this.#remembered(domain) ?? this.#remember(domain, this.#lookUp(domain));
    try {
      return await answer;
    } catch (error) {
      // It may be different in a moment.
      if (this.#found.get(domain)?.answer === answer) this.#found.delete(domain);
      const { code } = error as NodeJS.ErrnoException;
      this.#options.log('domain not looked up', { error: code ?? String(error) });
      return { domain };
    }
  }

  #remembered(domain: string): Promise<MailDomain> | undefined {
    const known = this.#found.get(domain);
    return known && known.until > Date.now() ? known.answer : undefined;
  }

  #remember(domain: string, answer: Promise<MailDomain>): Promise<MailDomain> {
    this.#found.delete(domain);
    this.#found.set(domain, { until: Date.now() + KEEP_MS, answer });
    const [oldest] = this.#found.keys();
    if (this.#found.size > MAX_KEPT) this.#found.delete(oldest as string);
    return answer;
  }

  /** @throws Error when DNS does not say */
  async #lookUp(domain: string): Promise<MailDomain> {
    for (const host of await exchangers(domain, this.#options.dnsServers)) {
      const matches = [...this.#options.providers].map(
        ([id, { mail }]) => [id, mxMatch(mail, host)] as const,
      );
      const [provider, length] = matches.reduce((best, next) => (next[1] > best[1] ? next : best), ['', 0]);
      // What stands before it may be somebody who filters mail and hands it on.
      if (length > 0) return { domain, provider, by: 'mx' };
    }
    return { domain };
  }
}

/** Hosts that mail for a domain is delivered to, the preferred ones first. */
async function exchangers(domain: string, servers: readonly string[]): Promise<string[]> {
  const records = await askDns(servers, (resolver) => resolver.resolveMx(domain));
  return records.sort((a, b) => a.priority - b.priority).map(({ exchange }) => exchange.toLowerCase());
}

function readDomain(text: string): string {
  // Of these it would make something else.
  const domain = /[\s/?#\\]/.test(text) ? '' : domainToASCII(text);
  const labels = domain.split('.');
  const isDomain =
    labels.length > 1 &&
    domain.length <= 253 &&
    labels.every((label) => LABEL.test(label)) &&
    // Addresses have no letters in the end.
    /[a-z]/.test(labels.at(-1) as string);
  if (!isDomain) throw new RequestProblem(problemTypes.requestInvalid, 400, 'This is no domain.');
  return domain;
}
