import { allServers, serversFor, usersFor } from '../../../providers/registry/mail.ts';
import type { Provider } from '../../../providers/registry/node.ts';
import type { MailServer } from '../../../providers/registry/types.ts';
import type { Secret } from '../../../utils/secret.ts';
import type { Dialect } from './answer-rules.ts';

/** One account somewhere: the servers it may be signed in at, the next where one can't be reached, and its user name. */
export interface Place {
  servers: readonly MailServer[];
  user: string;
}

/** How a mailbox is to be opened over one protocol. */
export interface Way {
  /** The likeliest first. The next counts only when the one before calls the password wrong. */
  places: readonly Place[];
  /** The user name that needs no telling: it was said by the request, or is what the provider usually wants. */
  usual: string;
  dialect: Dialect;
  /** How long a wrong-password answer is not believed, in ms. */
  settlesWithinMs: number;
  /** The servers let in only programs that name themselves. */
  wantsId: boolean;
}

export interface Mailbox {
  imap: Way;
  smtp: Way;
  /** What it is to send as. */
  email: string;
  password: Secret;
}

/** A server, and the user name of the mailbox there. */
export interface LocatedServer {
  server: MailServer;
  user: string;
}

export interface MailboxRequest {
  /** Of its id, where it is known. */
  provider: Provider | undefined;
  email: string;
  /** The user name, where it is not what the provider's servers usually want. */
  login?: string | undefined;
  /** Named by somebody: only these are tried. */
  servers?: { imap: MailServer; smtp: MailServer } | undefined;
  /** Found by the address's domain, where nobody has named any and its provider has none: only these are tried. */
  located?: { imap: LocatedServer; smtp: LocatedServer } | undefined;
  /** The host of the page that showed the code. */
  pageHost?: string | undefined;
  password: Secret;
  /** The password was made a moment ago, and nothing has taken it yet. */
  isFresh?: boolean;
}

/** Enough for one more try, at servers that nothing is known of. */
const SETTLES_WITHIN_MS = 2000;

/** Where and how to try a mailbox's password: its provider's servers, or the ones that were named. */
export function toMailbox(
  { provider, email, login, servers, located, pageHost, password, isFresh = false }: MailboxRequest,
  providers: ReadonlyMap<string, Provider>,
): Mailbox {
  // The password that people sign in with has not just been made.
  const isNew = isFresh && provider?.guide.opensWith !== 'mailbox_password';
  const way = (protocol: 'imap' | 'smtp'): Way => {
    const named = servers?.[protocol] ?? located?.[protocol].server;
    // Who named a known provider's host is spoken to in its dialect, whoever the mailbox was said to be of.
    const mail = (named && providerOf(named.host, protocol, providers)?.mail) ?? provider?.mail;
    const { otherwise = [], ...likely } = serversFor(mail, email, pageHost);
    const everywhere = named ? [[named]] : [likely, ...otherwise].map((servers) => servers[protocol]);
    const user = login ?? (servers ? undefined : located?.[protocol].user);
    const users = user === undefined ? usersFor(mail, protocol, email) : [user];
    return {
      usual: login ?? usersFor(provider?.mail, protocol, email)[0] ?? email,
      places: everywhere.flatMap((servers) => users.map((user) => ({ servers, user }))),
      dialect: mail?.answers ?? 'standard',
      settlesWithinMs: isNew ? (mail?.settlesWithinMs ?? SETTLES_WITHIN_MS) : 0,
      wantsId: mail?.wantsId ?? false,
    };
  };
  return { imap: way('imap'), smtp: way('smtp'), email, password };
}

const providerOf = (
  host: string,
  protocol: 'imap' | 'smtp',
  providers: ReadonlyMap<string, Provider>,
): Provider | undefined =>
  [...providers.values()].find(({ mail }) =>
    allServers(mail)[protocol].some((server) => server.host === host),
  );
