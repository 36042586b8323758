import { readConfig } from '../../backend/src/config.ts';
import { type Mailbox, type MailboxRequest, toMailbox } from '../../backend/src/verification/mailbox.ts';
import { Verifier, type VerifierOptions } from '../../backend/src/verification/verify.ts';
import { loadProviders, type Provider } from '../../providers/registry/node.ts';
import type { ProviderMail } from '../../providers/registry/types.ts';
import { Secret } from '../../utils/secret.ts';
import type { Pki } from '../servers/pki.ts';
import { type MailPorts, mailRoutes } from '../servers/routes.ts';

/** Makes mailboxes at a provider with these servers: of this address and password, where nothing else is said. */
export async function mailboxes(usualEmail: string, usualPassword: string) {
  const providers = await loadProviders();
  return (
    mail: ProviderMail,
    email = usualEmail,
    password = usualPassword,
    more: Partial<MailboxRequest> = {},
  ): Mailbox =>
    toMailbox(
      { provider: { mail, guide: {} } as Provider, email, password: new Secret(password), ...more },
      providers,
    );
}

/**
 * A verifier for which all providers' hosts, and `mail.test`, are at these ports of the loopback.
 *
 * @param more of `ONBOARDING_MAIL_ROUTES`, which count for more
 */
export async function verifierAt(
  pki: Pki,
  { imap = 1, ...ports }: MailPorts & { imap?: number },
  timeoutMs = 20_000,
  more: Record<string, string> = {},
  options: Partial<VerifierOptions> = {},
): Promise<Verifier> {
  const routes = {
    'mail.test:143': `127.0.0.1:${imap}`,
    'mail.test:993': `127.0.0.1:${ports.imaps}`,
    'mail.test:465': `127.0.0.1:${ports.smtps}`,
    'mail.test:587': `127.0.0.1:${ports.submission}`,
  };
  // Those that come later count.
  const text = [
    await mailRoutes(ports),
    ...Object.entries({ ...routes, ...more }).map((route) => route.join('=')),
  ];
  const config = readConfig({ ONBOARDING_MAIL_ROUTES: text.join() });
  const network = { routes: config.mailRoutes, dnsServers: [] };
  return new Verifier({ network, ca: pki.ca, timeoutMs, settleMs: 0, ...options });
}
