import * as oauth from 'oauth4webapi';
import type { Access } from './accounts.ts';
import { boundedFetch } from './bounded.ts';
import { OnboardingError } from './fault.ts';

/*
 * OAuth 2.0 with a backend's authorization server: authorization code with PKCE, refresh and revocation. All of it throws
 * `OnboardingError` and nothing else.
 */

/** Who we are there. Known to be public: what protects the code is PKCE and the redirect. */
const CLIENT: oauth.Client = { client_id: 'mailbox-connect' };
const NO_SECRET = oauth.None();
const SCOPE = 'openid offline_access connect';

export type TokenSet = Extract<Access, { accessToken: string }>;

/** A sign-in that has begun: where the user is to be sent, and what exchanges the answer for tokens. */
export interface Authorization {
  url: string;
  /**
   * @param back where the user came back to
   * @returns nothing where the user has refused
   */
  finish(back: string): Promise<TokenSet | undefined>;
}

/**
 * @param redirect where the server sends the user back to
 * @param another asks which workspace, even if the server knows the user already
 */
export async function authorize(address: string, redirect: string, another: boolean): Promise<Authorization> {
  const server = await discover(address);
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const url = new URL(server.authorization_endpoint as string);
  for (const [name, value] of Object.entries({
    client_id: CLIENT.client_id,
    redirect_uri: redirect,
    response_type: 'code',
    scope: SCOPE,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    // A refresh token is given only where the user was asked.
    prompt: another ? 'login consent' : 'consent',
  }))
    url.searchParams.set(name, value);
  return {
    url: url.href,
    finish: (back) =>
      faultsOf(async () => {
        const { searchParams } = new URL(back);
        if (searchParams.get('error') === 'access_denied') return undefined;
        const answer = oauth.validateAuthResponse(server, CLIENT, searchParams, state);
        const asked = [answer, redirect, verifier, settingsFor(address)] as const;
        const response = await oauth.authorizationCodeGrantRequest(server, CLIENT, NO_SECRET, ...asked);
        return tokenSet(await oauth.processAuthorizationCodeResponse(server, CLIENT, response));
      }),
  };
}

/**
 * New tokens for a refresh token, which is used up with it.
 * @returns nothing when the sign-in is over, and only the user can begin another
 * @throws OnboardingError when the server can't be asked now
 */
export async function renewed(address: string, refreshToken: string): Promise<TokenSet | undefined> {
  const server = await discover(address);
  return faultsOf(async () => {
    const response = await oauth.refreshTokenGrantRequest(
      server,
      CLIENT,
      NO_SECRET,
      refreshToken,
      settingsFor(address),
    );
    try {
      return tokenSet(await oauth.processRefreshTokenResponse(server, CLIENT, response), refreshToken);
    } catch (error) {
      if (error instanceof oauth.ResponseBodyError && error.error === 'invalid_grant') return undefined;
      throw error;
    }
  });
}

/** Tells the server that a sign-in is over. Where it can't be told, the tokens end by themselves. */
export async function revoke(address: string, { refreshToken, accessToken }: TokenSet): Promise<void> {
  try {
    const server = await discover(address);
    await oauth.revocationRequest(
      server,
      CLIENT,
      NO_SECRET,
      refreshToken ?? accessToken,
      settingsFor(address),
    );
  } catch {
    // Signing out must work without a network.
  }
}

async function discover(address: string): Promise<oauth.AuthorizationServer> {
  const issuer = new URL('/oauth', address);
  return faultsOf(async () => {
    const response = await oauth.discoveryRequest(issuer, { algorithm: 'oidc', ...settingsFor(address) });
    if (response.status === 404) throw new OnboardingError({ code: 'sign_in_off' });
    return oauth.processDiscoveryResponse(issuer, response);
  });
}

function tokenSet(
  { access_token, refresh_token, expires_in }: oauth.TokenEndpointResponse,
  earlier?: string,
): TokenSet {
  const refreshToken = refresh_token ?? earlier;
  return {
    accessToken: access_token,
    expiresAt: Date.now() + (expires_in ?? 600) * 1000,
    ...(refreshToken ? { refreshToken } : {}),
  };
}

const settingsFor = (address: string) => ({
  // Plain HTTP is for a backend on this computer only: `parseAddress` takes no other.
  [oauth.allowInsecureRequests]: new URL(address).protocol === 'http:',
  [oauth.customFetch]: boundedFetch,
  signal: () => AbortSignal.timeout(12_000),
});

/** In terms of our own faults. */
async function faultsOf<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof OnboardingError) throw error;
    if (error instanceof DOMException && error.name === 'TimeoutError')
      throw new OnboardingError({ code: 'slow' });
    if (error instanceof oauth.ResponseBodyError && error.status >= 500)
      throw new OnboardingError({ code: 'backend_error', status: error.status });
    if (error instanceof TypeError)
      throw new OnboardingError({ code: navigator.onLine === false ? 'offline' : 'unreachable' });
    const message = error instanceof Error ? error.message : String(error);
    throw new OnboardingError({ code: 'sign_in_failed', title: message.slice(0, 200) });
  }
}
