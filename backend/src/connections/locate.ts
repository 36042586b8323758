import { serversFor } from '../../../providers/registry/mail.ts';
import type { Provider } from '../../../providers/registry/node.ts';
import { type ConnectionRequest, type MailServer, problemTypes } from '../../../utils/onboarding/contract.ts';
import type { Domains } from '../domains.ts';
import { RequestProblem } from '../problems.ts';
import type { LocatedServer } from '../verification/mailbox.ts';

/** At a provider that was not named, or at servers of the domain's own. */
export type Located = { provider: string } | { imap: LocatedServer; smtp: LocatedServer };

/**
 * Where a mailbox is, whose servers nobody has named and no provider has. Servers named by hand are always tried: whoever
 * named them may know better.
 * @throws RequestProblem when it is not to be found
 */
export async function locate(
  { provider: id, email, servers, pageHost }: Omit<ConnectionRequest, 'password'>,
  { providers, domains }: { providers: ReadonlyMap<string, Provider>; domains: Domains },
): Promise<Located | undefined> {
  if (servers) return undefined;
  const provider = providers.get(id);
  expectOpen(provider);
  const own = serversFor(provider?.mail, email, pageHost);
  if (own.imap.length > 0 && own.smtp.length > 0) return undefined;
  const found = await domains.serversOf(email);
  if (found && !('provider' in found)) return found;
  if (found) {
    expectOpen(found.provider);
    return { provider: found.provider.id };
  }
  throw provider
    ? new RequestProblem(
        problemTypes.serversNeeded,
        400,
        'This provider has different servers for each customer, and none were given.',
      )
    : new RequestProblem(
        problemTypes.providerUnknown,
        400,
        'This provider isn’t known, and no servers were given.',
      );
}

/** @throws RequestProblem where nobody but its user is let in */
function expectOpen(provider: Provider | undefined): void {
  if (provider?.guide.opensWith !== 'nothing') return;
  throw new RequestProblem(
    problemTypes.providerClosed,
    400,
    'This provider doesn’t allow other services to sign in.',
  );
}

/** Whose mailbox it is: as found, or else as it was said. */
export const providerOf = (
  { provider, located }: { provider: string; located: Located | null },
  providers: ReadonlyMap<string, Provider>,
): Provider | undefined => providers.get(located && 'provider' in located ? located.provider : provider);

/** Where its password is tried first. */
export function hostOf(
  row: {
    provider: string;
    email: string;
    servers: { imap: MailServer } | null;
    page_host: string | null;
    located: Located | null;
  },
  providers: ReadonlyMap<string, Provider>,
): string {
  const { email, servers, page_host: pageHost, located } = row;
  const known = serversFor(providerOf(row, providers)?.mail, email, pageHost ?? undefined).imap[0];
  const found = located && 'imap' in located ? located.imap.server : undefined;
  return (servers?.imap ?? found ?? known)?.host ?? '';
}
