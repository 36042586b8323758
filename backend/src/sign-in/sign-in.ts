import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { errors, type Provider } from 'oidc-provider';
import * as z from 'zod';
import { problemTypes, type Workspace } from '../../../utils/onboarding/contract.ts';
import { Secret } from '../../../utils/secret.ts';
import type { Database } from '../database/database.ts';
import type { KeyRing } from '../keys.ts';
import type { Limits } from '../limits.ts';
import { RequestProblem } from '../problems.ts';
import { checkApiKey } from '../saleshandy/check-key.ts';
import type { Secrets } from '../secrets.ts';
import { type Account, Accounts, toWorkspace } from './accounts.ts';
import {
  appOf,
  CLIENT_ID,
  createAuthorizationServer,
  MOUNT,
  openSignInKeys,
  SCOPE,
  SCOPES,
} from './authorization-server.ts';
import { consentPage, errorPage, formHeaders, PAGE_HEADERS, signInPage } from './pages.ts';
import { Records } from './records.ts';
import { type Texts, textsFor } from './texts.ts';

/** A form is a key and two names. */
const MAX_FORM_BYTES = 16 * 1024;

/** A failed key counts as so many requests of a stranger. */
const FAILED_KEY_COST = 10;

const METADATA = '/.well-known/oauth-authorization-server';

const Name = z
  .string()
  .trim()
  .regex(/^[^\p{Cc}\p{Cs}]{1,100}$/u);

export interface SignInOptions {
  secrets: Secrets;
  database: Database;
  keys: KeyRing;
  limits: Limits;
  /** Where people may reach the backend. Each is an issuer of its own, and a token of one is good at all. */
  origins: readonly string[];
  redirectUris: readonly string[];
  /** Saleshandy's public API. */
  saleshandy: string;
  productName: string;
  appUrl: string | undefined;
  log: (message: string, facts: Record<string, unknown>) => void;
}

export type SignInEnv = { Bindings: HttpBindings; Variables: { requestId: string; address: string } };
type Ask = Context<SignInEnv>;
type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

/** People sign in with their workspace's API key, in a page of ours, and the extension is given tokens. */
export class SignIn {
  readonly #options: SignInOptions;
  readonly #texts: Texts;
  readonly #records: Records;
  readonly #accounts: Accounts;
  /** By the host they are asked at. */
  readonly #providers: ReadonlyMap<string, { origin: string; provider: Provider }>;
  readonly routes: Hono<SignInEnv>;

  static async open(options: SignInOptions): Promise<SignIn> {
    return new SignIn(options, await openSignInKeys(options.secrets));
  }

  private constructor(options: SignInOptions, signInKeys: Awaited<ReturnType<typeof openSignInKeys>>) {
    const { database, keys, origins, redirectUris, log } = options;
    this.#options = options;
    this.#texts = textsFor(options.productName);
    this.#records = new Records(database);
    this.#accounts = new Accounts(database, keys);
    this.#providers = new Map(
      origins.map((origin) => {
        const provider = createAuthorizationServer({
          origin,
          redirectUris,
          records: this.#records,
          accounts: this.#accounts,
          keys: signInKeys,
          texts: this.#texts,
          log,
        });
        return [new URL(origin).host, { origin, provider }] as const;
      }),
    );
    this.routes = this.#createRoutes();
  }

  /** Whose access token it is; nobody's where it is not known, or has ended. */
  async workspaceOf(token: string): Promise<Workspace | undefined> {
    const found = await this.#at(undefined).provider.AccessToken.find(token);
    if (!found?.isValid || found.clientId !== CLIENT_ID || !found.scopes.has(SCOPE)) return undefined;
    const account = await this.#accounts.find(found.accountId);
    return account && toWorkspace(account, this.#options.appUrl);
  }

  /** What people are told, who would be looking at problem details otherwise. */
  page(path: string, { status, retryAfter }: RequestProblem): Response | undefined {
    if (!/^\/oauth\/(auth|interaction)(\/|$)/.test(path)) return undefined;
    const message = status === 429 ? this.#texts.tooMany : this.#texts.failed;
    return new Response(String(errorPage(this.#texts, message)), {
      status,
      headers: {
        ...PAGE_HEADERS,
        'Content-Type': 'text/html; charset=UTF-8',
        ...(retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) }),
      },
    });
  }

  async forgetOld(): Promise<void> {
    await this.#records.forgetOld();
  }

  #createRoutes(): Hono<SignInEnv> {
    const routes = new Hono<SignInEnv>();
    routes.get(`${MOUNT}/interaction/:uid`, (c) => this.#show(c));
    routes.post(`${MOUNT}/interaction/:uid`, bodyLimit({ maxSize: MAX_FORM_BYTES, onError: tooLarge }), (c) =>
      this.#take(c),
    );
    // RFC 8414 puts the path of the issuer behind.
    routes.on(['GET', 'OPTIONS'], `${METADATA}${MOUNT}`, (c) => this.#delegate(c, METADATA));
    routes.all(`${MOUNT}/*`, (c) => this.#delegate(c, (c.env.incoming.url ?? '').slice(MOUNT.length)));
    routes.onError((error, c) => this.#apologise(error, c));
    return routes;
  }

  /** @param host as the caller says; one that is not ours is answered as if it were the first that is */
  #at(host: string | undefined): { origin: string; provider: Provider } {
    const [first] = this.#providers.values();
    return this.#providers.get(host ?? '') ?? (first as { origin: string; provider: Provider });
  }

  /** Lets the library answer, which is told where it is. */
  async #delegate(c: Ask, url: string): Promise<Response> {
    const { incoming, outgoing } = c.env;
    const { origin, provider } = this.#at(incoming.headers.host);
    const { host, protocol } = new URL(origin);
    incoming.headers['x-forwarded-host'] = host;
    incoming.headers['x-forwarded-proto'] = protocol.slice(0, -1);
    incoming.url = url;
    Object.assign(incoming, { originalUrl: `${MOUNT}${url}`, baseUrl: MOUNT });
    outgoing.setHeader('X-Request-Id', c.get('requestId'));
    await provider.callback()(incoming, outgoing);
    return RESPONSE_ALREADY_SENT;
  }

  /** @throws SessionNotFound when it is nobody's, or too old */
  async #interaction({ env: { incoming, outgoing } }: Ask): Promise<[Provider, Interaction]> {
    const { provider } = this.#at(incoming.headers.host);
    return [provider, await provider.interactionDetails(incoming, outgoing)];
  }

  async #show(c: Ask): Promise<Response> {
    const [, interaction] = await this.#interaction(c);
    const account = interaction.prompt.name === 'consent' ? await this.#accountOf(interaction) : undefined;
    return account ? this.#askConsent(c, interaction, account) : this.#askWho(c, interaction);
  }

  async #take(c: Ask): Promise<Response> {
    const [provider, interaction] = await this.#interaction(c);
    const form = await c.req.parseBody();
    switch (form.action) {
      case 'cancel':
        return this.#answer(c, provider, {
          error: 'access_denied',
          error_description: 'cancelled by the user',
        });
      case 'another':
        return this.#askWho(c, interaction);
      case 'sign-in':
        return this.#signIn(c, provider, interaction, form);
      case 'continue':
        return this.#consent(c, provider, interaction, form);
      default:
        return this.#show(c);
    }
  }

  async #signIn(
    c: Ask,
    provider: Provider,
    interaction: Interaction,
    form: Record<string, unknown>,
  ): Promise<Response> {
    const user = Name.safeParse(form.user);
    if (!user.success) return this.#askWho(c, interaction, { error: this.#texts.userMissing });
    const apiKey = new Secret(String(form.key ?? '').trim());
    const { limits, saleshandy } = this.#options;
    // Counted before it is asked about, so that many at once are not all asked about.
    await limits.countStranger(c.get('address'), FAILED_KEY_COST);
    const verdict = await checkApiKey(saleshandy, apiKey);
    if (verdict !== 'refused') await limits.forgive(c.get('address'), FAILED_KEY_COST);
    if (verdict !== 'accepted') {
      this.#options.log('API key not accepted', { verdict });
      return this.#askWho(c, interaction, { error: this.#texts.key[verdict], user: user.data });
    }
    const account = await this.#accounts.enter(apiKey, user.data);
    await this.#leaveOther(interaction, account);
    const login = { accountId: account.id };
    // The page has said what is allowed. Only a workspace without a name is asked about once more.
    const isKnown = account.workspace.name !== undefined;
    return this.#answer(c, provider, {
      login,
      ...(isKnown ? { consent: { grantId: await this.#grant(provider, interaction, account) } } : {}),
    });
  }

  async #consent(
    c: Ask,
    provider: Provider,
    interaction: Interaction,
    form: Record<string, unknown>,
  ): Promise<Response> {
    const account = await this.#accountOf(interaction);
    if (!account) return this.#askWho(c, interaction);
    if (account.workspace.name === undefined) {
      const name = Name.safeParse(form.workspace);
      if (!name.success) return this.#askConsent(c, interaction, account, this.#texts.workspaceMissing);
      await this.#accounts.nameWorkspace(account.workspace.id, name.data);
    }
    return this.#answer(c, provider, {
      consent: { grantId: await this.#grant(provider, interaction, account) },
    });
  }

  async #accountOf({ session }: Interaction): Promise<Account | undefined> {
    return session?.accountId ? this.#accounts.find(session.accountId) : undefined;
  }

  /** Somebody else was signed in here. Their session ends; what their extension was given does not. */
  async #leaveOther(interaction: Interaction, { id }: Account): Promise<void> {
    const { session } = interaction;
    if (!session || session.accountId === id) return;
    if (session.uid) await this.#records.endSession(session.uid);
    delete interaction.session;
    await interaction.persist();
  }

  async #grant(provider: Provider, { params }: Interaction, { id: accountId }: Account): Promise<string> {
    const grant = new provider.Grant({ accountId, clientId: CLIENT_ID });
    grant.addOIDCScope(SCOPES.join(' '));
    grant.addResourceScope(appOf(params.redirect_uri), SCOPE);
    return grant.save();
  }

  async #answer(
    c: Ask,
    provider: Provider,
    result: Parameters<Provider['interactionResult']>[2],
  ): Promise<Response> {
    const { incoming, outgoing } = c.env;
    return c.redirect(await provider.interactionResult(incoming, outgoing, result), 303);
  }

  #askWho(
    c: Ask,
    { uid, params }: Interaction,
    problem: { error?: string; user?: string } = {},
  ): Response | Promise<Response> {
    const app = appOf(params.redirect_uri);
    const content = signInPage(this.#texts, { action: `${MOUNT}/interaction/${uid}`, app, ...problem });
    return c.html(content, problem.error ? 400 : 200, formHeaders(app));
  }

  #askConsent(
    c: Ask,
    { uid, params }: Interaction,
    { user, workspace }: Account,
    error?: string,
  ): Response | Promise<Response> {
    const app = appOf(params.redirect_uri);
    const action = `${MOUNT}/interaction/${uid}`;
    const content = consentPage(this.#texts, { action, app, user, workspace: workspace.name, error });
    return c.html(content, error ? 400 : 200, formHeaders(app));
  }

  /** People are looking at it, so it is no problem details. */
  #apologise(error: Error, c: Ask): Response | Promise<Response> {
    if (error instanceof errors.SessionNotFound) {
      return c.html(errorPage(this.#texts, this.#texts.expired), 400, PAGE_HEADERS);
    }
    if (error instanceof RequestProblem) throw error;
    this.#options.log('sign-in failed', { error: error.stack ?? String(error) });
    return c.html(errorPage(this.#texts, this.#texts.failed), 500, PAGE_HEADERS);
  }
}

const tooLarge = (): never => {
  throw new RequestProblem(problemTypes.bodyTooLarge, 413, 'The form is too large.');
};
