import { allServers } from '../../providers/registry/mail.ts';
import { loadProviders } from '../../providers/registry/node.ts';

/** Where a test's mail servers listen, on the loopback interface. */
export interface MailPorts {
  /** IMAP with TLS from the first byte. */
  imaps: number;
  /** SMTP with TLS from the first byte. */
  smtps: number;
  /** SMTP with STARTTLS. */
  submission: number;
}

/** The `ONBOARDING_MAIL_ROUTES` that lead every provider's mail hosts to these ports. */
export async function mailRoutes({ imaps, smtps, submission }: MailPorts): Promise<string> {
  const providers = [...(await loadProviders()).values()];
  return providers
    .map(({ mail }) => allServers(mail))
    .flatMap(({ imap, smtp }) => [
      ...imap.map(({ host, port }) => `${host}:${port}=127.0.0.1:${imaps}`),
      ...smtp.map(
        ({ host, port, security }) => `${host}:${port}=127.0.0.1:${security === 'tls' ? smtps : submission}`,
      ),
    ])
    .join(',');
}

/** Every provider's mail hosts, for the certificate. */
export async function mailHosts(): Promise<string[]> {
  const providers = [...(await loadProviders()).values()];
  const servers = providers.flatMap(({ mail }) => Object.values(allServers(mail)).flat());
  return [...new Set(servers.map(({ host }) => host))];
}
