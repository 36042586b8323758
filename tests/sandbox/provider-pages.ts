import { randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { fillPage, type PageFacts } from '../pages/fill.ts';
import type { Certificate } from '../servers/pki.ts';

/** The hosts whose pages are copied. */
export const PAGE_HOSTS = ['myaccount.google.com', 'login.yahoo.com', 'account.live.com'];

type Fixture = `${string}/${string}`;

export interface ProviderPages {
  port: number;
  /** Shows another fixture on this provider's app-password page from now on. */
  show(provider: string, state: string): void;
  /** The account signed in at this provider, by slot for Google (`/u/1/` is slot 1). */
  signIn(provider: string, ...emails: string[]): void;
  /** The codes the provider's next page will show. Made up where none are given. */
  giveCodes(provider: string, ...codes: string[]): void;
  stop(): Promise<void>;
}

export interface ProviderPagesOptions {
  certificate: Certificate;
  /** Told of each code a page was given, so that a mail server can take it. */
  onCode?: (email: string, code: string) => void;
}

/** A code no provider ever made. */
export const fakeCode = (): string =>
  Array.from({ length: 16 }, () => String.fromCharCode(97 + randomInt(26))).join('');

/** The stand-in for providers' web servers: fixture pages at the providers' own addresses, over TLS. */
export async function startProviderPages({
  certificate,
  onCode,
}: ProviderPagesOptions): Promise<ProviderPages> {
  const states = new Map([
    ['google', 'create'],
    ['yahoo', 'create'],
    ['microsoft-personal', 'shown'],
  ]);
  const accounts = new Map<string, string[]>();
  const nextCodes = new Map<string, string[]>();

  const factsFor = (provider: string, slot: number, html: string): PageFacts => {
    const email = (accounts.get(provider) ?? [])[slot] ?? `test.person.${provider}@example.com`;
    if (!html.includes('{{codes}}')) return { email, codes: [] };
    const codes = nextCodes.get(provider) ?? [fakeCode(), fakeCode(), fakeCode()];
    nextCodes.delete(provider);
    for (const code of codes) onCode?.(email, code);
    return { email, codes };
  };

  const fixtureAt = (
    host: string,
    path: string,
  ): { fixture: Fixture; provider: string; slot: number } | undefined => {
    const at = (provider: string, state = states.get(provider), slot = 0) => ({
      fixture: `${provider}/${state}` as Fixture,
      provider,
      slot,
    });
    if (host === 'myaccount.google.com') {
      const google = /^\/(?:u\/(\d+)\/)?apppasswords$/.exec(path);
      return google ? at('google', states.get('google'), Number(google[1] ?? 0)) : undefined;
    }
    if (host === 'login.yahoo.com') return path.startsWith('/account/security') ? at('yahoo') : undefined;
    if (host === 'account.live.com') {
      if (/^\/proofs\/apppassword$/i.test(path)) return at('microsoft-personal');
      if (/^\/proofs\/manage\/additional$/i.test(path)) return at('microsoft-personal', 'manage');
    }
    return undefined;
  };

  /** Google goes on as the account that is named, where it is signed in. A guess at what it really does. */
  const chosenAccount = (host: string, url: string): string | undefined => {
    const { pathname, searchParams } = new URL(url, `https://${host}`);
    if (host !== 'accounts.google.com' || pathname !== '/AccountChooser') return undefined;
    const slot = (accounts.get('google') ?? []).indexOf(searchParams.get('Email') ?? '');
    const goingOn = new URL(searchParams.get('continue') ?? '/', `https://${host}`);
    if (slot >= 0) goingOn.pathname = `/u/${slot}${goingOn.pathname}`;
    return goingOn.href;
  };

  const server: Server = createServer(
    { cert: certificate.cert, key: certificate.key },
    (request, response) => {
      const { host = '', pathname } = new URL(request.url ?? '/', `https://${request.headers.host}`);
      const at = fixtureAt(host, pathname);
      response.setHeader('Content-Type', 'text/html; charset=utf-8');
      // A page with a secret on it is not for anybody's cache.
      response.setHeader('Cache-Control', 'no-store');
      const chosen = chosenAccount(host, request.url ?? '/');
      if (chosen) return response.writeHead(302, { Location: chosen }).end();
      if (!at)
        return response.end(
          '<!doctype html><title>Elsewhere</title><main><h1>Another page of this host</h1></main>',
        );
      readFile(new URL(`../pages/${at.fixture}.html`, import.meta.url), 'utf8').then(
        (html) => response.end(fillPage(html, factsFor(at.provider, at.slot, html))),
        () => response.writeHead(500).end(`There is no fixture ${at.fixture}`),
      );
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    port: (server.address() as AddressInfo).port,
    show: (provider, state) => void states.set(provider, state),
    signIn: (provider, ...emails) => void accounts.set(provider, emails),
    giveCodes: (provider, ...codes) => void nextCodes.set(provider, codes),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
