import type { Provider } from '../../providers/registry/node.ts';
import type { Config } from './config.ts';
import { Domains } from './domains.ts';
import type { VerifierOptions } from './verification/verify.ts';

/** What finds mailboxes and how they are opened, as the settings want it. */
export function mailOf(
  { mailRoutes: routes, dnsServers, mailCa, discovers, verifyTimeoutMs: timeoutMs, settleMs }: Config,
  providers: ReadonlyMap<string, Provider>,
  log: (message: string, facts: Record<string, unknown>) => void,
): { domains: Domains; verifier: VerifierOptions } {
  const network = { routes, dnsServers };
  const trusted = mailCa ? { ca: mailCa } : {};
  return {
    domains: new Domains({ providers, network, discovers, ...trusted, log }),
    verifier: { network, timeoutMs, settleMs, ...trusted },
  };
}
