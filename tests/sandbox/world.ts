import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BackendProcess, startBackendProcess } from '../servers/backend-process.ts';
import { type Certificate, createPki, type Pki } from '../servers/pki.ts';
import { mailHosts } from '../servers/routes.ts';
import { PAGE_HOSTS, type ProviderPages, startProviderPages } from './provider-pages.ts';

export interface World {
  folder: string;
  pki: Pki;
  pages: ProviderPages;
  certificate: Certificate;
  /** The key of the pages' certificate, for the browser. */
  spki: string;
  backend: BackendProcess;
  /** Starts the backend again, after it was stopped or killed, where it was and with what it had. */
  restartBackend(): Promise<void>;
  stop(): Promise<void>;
}

export interface WorldOptions {
  /** Starts the mail servers, and says which providers' hosts lead to which of them. */
  mail: (certificate: { cert: string; key: string }) => Promise<{ routes: string; stop(): Promise<void> }>;
  onCode?: (email: string, code: string) => void;
  /** More names for the certificate. */
  names?: readonly string[];
  /** More settings for the backend. */
  env?: Record<string, string>;
}

/** Everything outside the browser: providers' pages, mail servers and the onboarding backend, on this machine only. */
export async function startWorld({ mail, onCode, names = [], env = {} }: WorldOptions): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'mailbox-connect-'));
  const pki = await createPki();
  const certificate = await pki.certificateFor([...PAGE_HOSTS, ...(await mailHosts()), ...names]);
  const servers = await mail(certificate);
  const pages = await startProviderPages({ certificate, ...(onCode ? { onCode } : {}) });
  const ca = join(folder, 'ca.pem');
  await writeFile(ca, pki.ca);
  const backendOptions = {
    dataDir: join(folder, 'backend'),
    env: {
      ONBOARDING_MAIL_ROUTES: servers.routes,
      ONBOARDING_MAIL_CA: ca,
      ONBOARDING_WORKSPACE: 'Sandbox',
      ONBOARDING_APP_URL: 'https://my.saleshandy.com/',
      ...env,
    },
  };
  const backend = await startBackendProcess(backendOptions);
  const world: World = {
    folder,
    pki,
    pages,
    certificate,
    spki: certificate.spki,
    backend,
    restartBackend: async () => {
      world.backend = await startBackendProcess({
        ...backendOptions,
        port: Number(new URL(backend.url).port),
      });
    },
    stop: async () => {
      await Promise.all([world.backend.stop(), pages.stop(), servers.stop()]);
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  return world;
}
