import { randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { interactionPolicy, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Secrets } from '../secrets.ts';
import type { Accounts } from './accounts.ts';
import { errorPage, PAGE_HEADERS } from './pages.ts';
import type { Records } from './records.ts';
import type { Texts } from './texts.ts';

/** Where the authorization server is on the backend's origin. */
export const MOUNT = '/oauth';

/** The extension, wherever it is installed. It can keep no secret, so it has none. */
export const CLIENT_ID = 'mailbox-connect';

/** What an access token is good for: everything under `/v1`. */
export const SCOPE = 'connect';

/** What the extension asks for: who it is, and to stay signed in, as at any other server. */
export const SCOPES = ['openid', 'offline_access', SCOPE];

const MINUTE = 60;
const DAY = 24 * 3600;

/**
 * Where browsers take the answer to their identity API, of any extension. Only the browser that has the extension with
 * this id is at this address; nobody else receives what is sent there.
 */
const EXTENSIONS = [
  /^https:\/\/[a-p]{32}\.chromiumapp\.org\/[\w./-]*$/,
  /^https:\/\/[\da-f]{32,64}\.extensions\.allizom\.org\/[\w./-]*$/,
];

export interface AuthorizationServerOptions {
  /** Where people reach the backend. */
  origin: string;
  /** Where an answer may be sent, exactly; any extension where none are named. */
  redirectUris: readonly string[];
  records: Records;
  accounts: Accounts;
  keys: SignInKeys;
  texts: Texts;
  log: (message: string, facts: Record<string, unknown>) => void;
}

/** An OAuth 2.0 authorization server that knows one client, and people who have a workspace's API key. */
export function createAuthorizationServer(options: AuthorizationServerOptions): Provider {
  const { origin, redirectUris, records, accounts, keys, texts, log } = options;
  const provider = new Provider(`${origin}${MOUNT}`, {
    adapter: (model) => records.adapter(model),
    clients: [
      {
        client_id: CLIENT_ID,
        client_name: 'Mailbox Connect',
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        // There has to be one; whether one is allowed is said below.
        redirect_uris: redirectUris.length > 0 ? [...redirectUris] : ['https://extension.invalid/'],
        id_token_signed_response_alg: 'ES256',
        scope: SCOPES.join(' '),
      },
    ],
    scopes: SCOPES,
    jwks: { keys: [keys.signing] },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    responseTypes: ['code'],
    clientAuthMethods: ['none'],
    allowOmittingSingleRegisteredRedirectUri: false,
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      resourceIndicators: { enabled: false },
      revocation: { enabled: true },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: false },
    },
    // No cookie is asked for where it counts, and the extension's background is at an origin of its own.
    clientBasedCORS: () => true,
    cookies: {
      keys: [keys.cookies],
      long: { signed: true, httpOnly: true, sameSite: 'lax', path: MOUNT },
      short: { signed: true, httpOnly: true, sameSite: 'lax' },
    },
    ttl: {
      AccessToken: 10 * MINUTE,
      AuthorizationCode: MINUTE,
      Interaction: 60 * MINUTE,
      // Each refresh gives another one, so that whoever comes back in time stays signed in.
      RefreshToken: 90 * DAY,
      Session: 90 * DAY,
      // Has to outlive all that was made with it.
      Grant: 2 * 365 * DAY,
      IdToken: 10 * MINUTE,
    },
    rotateRefreshToken: true,
    issueRefreshToken: async () => true,
    // Who signs out of the page has not signed out of the extension.
    expiresWithSession: async () => false,
    findAccount: async (_context, id) => {
      const account = await accounts.find(id);
      return account && { accountId: id, claims: async () => ({ sub: id }) };
    },
    interactions: {
      policy: policy(),
      url: (_context, { uid }) => `${MOUNT}/interaction/${uid}`,
    },
    renderError: async (context, { error, error_description: description }) => {
      context.set(PAGE_HEADERS);
      context.type = 'html';
      context.body = String(await errorPage(texts, texts.refused(`${error}: ${description ?? ''}`)));
    },
  });
  // Its own origin is what the settings say, whatever proxies and hosts it was asked through.
  provider.proxy = true;
  provider.on('server_error', (_context, error) =>
    log('sign-in failed', { error: error.stack ?? String(error) }),
  );
  if (redirectUris.length === 0) {
    provider.Client.prototype.redirectUriAllowed = (uri) => EXTENSIONS.some((pattern) => pattern.test(uri));
  }
  return provider;
}

/** Who allowed one extension was not asked about another. */
function policy(): interactionPolicy.DefaultPolicy {
  const prompts = interactionPolicy.base();
  const isNew = ({ oidc }: KoaContextWithOIDC): boolean =>
    oidc.grant?.getResourceScope(appOf(oidc.params?.redirect_uri)) !== SCOPE;
  prompts
    .get('consent')
    ?.checks.add(
      new interactionPolicy.Check('app_new', 'this app was not allowed before', 'consent_required', isNew),
    );
  return prompts;
}

/** What tells one extension from another: where its answers are sent. */
export const appOf = (redirectUri: unknown): string => new URL(String(redirectUri)).origin;

export interface SignInKeys {
  /** What cookies are signed with. */
  cookies: string;
  signing: JWK;
}

/** The authorization server's own keys, made on first start. */
export async function openSignInKeys(secrets: Secrets): Promise<SignInKeys> {
  const { content } = await secrets.read('sign-in-keys.json', async () => {
    const { privateKey } = await generateKeyPair('ES256', { extractable: true });
    const signing = { ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig' };
    const keys: SignInKeys = { cookies: randomBytes(32).toString('base64url'), signing };
    return JSON.stringify(keys);
  });
  return JSON.parse(content) as SignInKeys;
}
