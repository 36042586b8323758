import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import * as oauth from 'oauth4webapi';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Problem, problemTypes, Workspace } from '../../utils/onboarding/contract.ts';
import { authorize, renewed, revoke, type TokenSet } from '../../utils/onboarding/oauth.ts';
import { seal } from '../../utils/onboarding/seal.ts';
import { type Saleshandy, startSaleshandy } from '../servers/saleshandy.ts';
import { Onboarding } from './onboarding.ts';
import { type Page, Visitor } from './visitor.ts';

const CHROME = 'https://abcdefghijklmnopabcdefghijklmnop.chromiumapp.org/';
const FIREFOX = 'https://0123456789abcdef0123456789abcdef01234567.extensions.allizom.org/';
/** As Chromium names who fetches. */
const EXTENSION = 'chrome-extension://abcdefghijklmnopabcdefghijklmnop';
const PASSWORD = 'abcdefghijklmnop';
const APP = 'https://app.saleshandy.com/';

let onboarding: Onboarding;
let saleshandy: Saleshandy;

beforeAll(async () => {
  saleshandy = await startSaleshandy();
  onboarding = await Onboarding.start(undefined, {
    ONBOARDING_SALESHANDY_URL: saleshandy.url,
    ONBOARDING_APP_URL: APP,
    // All of them come from one address.
    ONBOARDING_STRANGER_REQUESTS_PER_MINUTE: '100000',
  });
});

afterAll(async () => {
  await onboarding?.stop();
  await saleshandy?.stop();
});

afterEach(() => {
  saleshandy.mood = 'well';
  // No answer was sent twice, and nothing went wrong inside.
  expect(onboarding.backend.log()).not.toMatch(/ERR_|sign-in failed|request failed/);
});

const visitor = (): Visitor => new Visitor(onboarding.backend.url);

/** A workspace's API key that Saleshandy accepts. */
function newKey(): string {
  const key = `fake-${randomBytes(12).toString('hex')}`;
  saleshandy.keys.add(key);
  return key;
}

function asPage(seen: Page | URL): Page {
  if (seen instanceof URL) throw new Error(`Sent away to ${seen}`);
  return seen;
}

function asAnswer(seen: Page | URL): string {
  if (!(seen instanceof URL)) throw new Error(`A page: ${seen.heading} ${seen.alert ?? ''}`);
  return seen.href;
}

/** From the first page to the answer. */
async function answerOf(
  who: Visitor,
  url: string,
  { key, user, workspace }: { key: string; user: string; workspace?: string },
): Promise<string> {
  const form = asPage(await who.open(url));
  const values = { 'Saleshandy API key': key, 'Your name or email address': user };
  const next = await who.press(form, 'Sign in', values);
  if (workspace === undefined) return asAnswer(next);
  return asAnswer(await who.press(asPage(next), 'Continue', { 'Workspace name': workspace }));
}

interface Person {
  who: Visitor;
  key: string;
  user: string;
  tokens: TokenSet;
}

/** Somebody new signs in, the first of a workspace unless its key is given. */
async function signIn({ key = newKey(), user = 'Test Person', isFirst = true } = {}): Promise<Person> {
  const who = visitor();
  const { url, finish } = await authorize(onboarding.backend.url, CHROME, false);
  const answer = await answerOf(who, url, { key, user, ...(isFirst ? { workspace: 'Fake workspace' } : {}) });
  return { who, key, user, tokens: (await finish(answer)) as TokenSet };
}

const call = (token: string, method: string, path: string, init: RequestInit = {}): Promise<Response> =>
  onboarding.call(method, path, { ...init, headers: { ...init.headers, Authorization: `Bearer ${token}` } });

async function workspaceOf(token: string): Promise<Workspace> {
  const response = await call(token, 'GET', '/v1/workspace');
  expect(response.status).toBe(200);
  return Workspace.parse(await response.json());
}

async function expectRefused(token: string): Promise<void> {
  const response = await call(token, 'GET', '/v1/workspace');
  expect(response.status).toBe(401);
  expect(Problem.parse(await response.json())).toMatchObject({ type: problemTypes.tokenRefused });
}

/** An authorization request by hand, which may be wrong. */
async function byHand(changes: Record<string, string | undefined> = {}) {
  const issuer = new URL('/oauth', onboarding.backend.url);
  const options = { [oauth.allowInsecureRequests]: true, algorithm: 'oidc' } as const;
  const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, options));
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const parameters: Record<string, string | undefined> = {
    client_id: 'mailbox-connect',
    redirect_uri: CHROME,
    response_type: 'code',
    scope: 'openid offline_access connect',
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    prompt: 'consent',
    state,
    ...changes,
  };
  const url = new URL(server.authorization_endpoint as string);
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined) url.searchParams.set(name, value);
  const client = { client_id: 'mailbox-connect' };
  const exchange = async (answer: string, { redirect = CHROME, proof = verifier } = {}) => {
    const checked = oauth.validateAuthResponse(server, client, new URL(answer), state);
    const asked = [client, oauth.None(), checked, redirect, proof, options] as const;
    return oauth.processAuthorizationCodeResponse(
      server,
      client,
      await oauth.authorizationCodeGrantRequest(server, ...asked),
    );
  };
  return { url: url.href, exchange };
}

const invalidGrant = expect.objectContaining({ error: 'invalid_grant' });

describe('somebody signs in', () => {
  test('with the key of a workspace that is new here', async () => {
    const key = newKey();
    const { url, finish } = await authorize(onboarding.backend.url, CHROME, false);
    const who = visitor();
    const form = asPage(await who.open(url));
    expect(form).toMatchObject({
      status: 200,
      heading: 'Sign in to Saleshandy',
      alert: undefined,
      fields: { 'Saleshandy API key': 'key', 'Your name or email address': 'user' },
      buttons: { 'Sign in': 'sign-in', Cancel: 'cancel' },
    });
    expect(form.html).toContain('abcdefghijklmnopabcdefghijklmnop.chromiumapp.org');
    const values = { 'Saleshandy API key': `  ${key} `, 'Your name or email address': 'Test Person' };
    const naming = asPage(await who.press(form, 'Sign in', values));
    expect(naming).toMatchObject({
      heading: 'Name your workspace',
      fields: { 'Workspace name': 'workspace' },
      buttons: { Continue: 'continue', Cancel: 'cancel', 'Use another workspace': 'another' },
    });
    expect(saleshandy.asked.at(-1)).toEqual({
      key,
      path: '/v1/email-accounts',
      body: expect.objectContaining({ pageSize: 1 }),
    });

    const answer = asAnswer(await who.press(naming, 'Continue', { 'Workspace name': 'Müller & <b>Co</b>' }));
    expect(answer.startsWith(`${CHROME}?code=`)).toBe(true);
    const tokens = (await finish(answer)) as TokenSet;
    expect(tokens.refreshToken).toBeTypeOf('string');
    expect(tokens.expiresAt).toBeGreaterThan(Date.now() + 590_000);
    expect(tokens.expiresAt).toBeLessThanOrEqual(Date.now() + 600_000);
    expect(await workspaceOf(tokens.accessToken)).toEqual({
      id: expect.stringMatching(/^[\da-f-]{36}$/),
      name: 'Müller & <b>Co</b>',
      app: APP,
      user: 'Test Person',
    });

    const again = await authorize(onboarding.backend.url, CHROME, false);
    const { html, heading } = asPage(await who.open(again.url));
    expect(heading).toBe('Connect mailboxes to Müller & <b>Co</b>?');
    expect(html).not.toContain('<b>');
  });

  test('as another person of the same workspace, which is not named again', async () => {
    const first = await signIn();
    const second = await signIn({ key: first.key, user: 'Other Person', isFirst: false });
    const [one, other] = [
      await workspaceOf(first.tokens.accessToken),
      await workspaceOf(second.tokens.accessToken),
    ];
    expect(other).toEqual({ ...one, user: 'Other Person' });
  });

  test('once: the next time only asks whether to go on', async () => {
    const { who, tokens } = await signIn();
    const { url, finish } = await authorize(onboarding.backend.url, CHROME, false);
    const asked = saleshandy.asked.length;
    const page = asPage(await who.open(url));
    expect(page.heading).toBe('Connect mailboxes to Fake workspace?');
    expect(page.fields).toEqual({});
    expect(page.html).toContain('Signed in as Test Person');
    const more = (await finish(asAnswer(await who.press(page, 'Continue')))) as TokenSet;
    expect(saleshandy.asked.length).toBe(asked);
    expect(await workspaceOf(more.accessToken)).toEqual(await workspaceOf(tokens.accessToken));
  });

  test('again where that is asked for, with another key if need be', async () => {
    const { who, tokens } = await signIn();
    const { url, finish } = await authorize(onboarding.backend.url, CHROME, true);
    const answer = await answerOf(who, url, { key: newKey(), user: 'Test Person', workspace: 'Another' });
    const { accessToken } = (await finish(answer)) as TokenSet;
    expect(await workspaceOf(accessToken)).toMatchObject({ name: 'Another' });
    // What was given out before is still good.
    expect(await workspaceOf(tokens.accessToken)).toMatchObject({ name: 'Fake workspace' });
    const next = asPage(await who.open((await authorize(onboarding.backend.url, CHROME, false)).url));
    expect(next.heading).toBe('Connect mailboxes to Another?');
  });

  test('as the same person again where that is asked for', async () => {
    const { who, key, user, tokens } = await signIn();
    const { url, finish } = await authorize(onboarding.backend.url, CHROME, true);
    const { accessToken } = (await finish(await answerOf(who, url, { key, user }))) as TokenSet;
    expect(await workspaceOf(accessToken)).toEqual(await workspaceOf(tokens.accessToken));
  });

  test('with another workspace, chosen in the page', async () => {
    const { who } = await signIn();
    const { url, finish } = await authorize(onboarding.backend.url, CHROME, false);
    const form = asPage(await who.press(asPage(await who.open(url)), 'Use another workspace'));
    expect(form.heading).toBe('Sign in to Saleshandy');
    const values = { 'Saleshandy API key': newKey(), 'Your name or email address': 'Test Person' };
    const naming = asPage(await who.press(form, 'Sign in', values));
    const answer = asAnswer(await who.press(naming, 'Continue', { 'Workspace name': 'Chosen' }));
    const { accessToken } = (await finish(answer)) as TokenSet;
    expect(await workspaceOf(accessToken)).toMatchObject({ name: 'Chosen' });
  });

  test('for one extension: another one is asked about', async () => {
    const { who } = await signIn();
    const known = asAnswer(await who.open((await byHand({ prompt: undefined })).url));
    expect(new URL(known).searchParams.get('code')).toBeTypeOf('string');
    const other = await byHand({ prompt: undefined, redirect_uri: FIREFOX });
    expect(asPage(await who.open(other.url)).heading).toBe('Connect mailboxes to Fake workspace?');
    const silent = asAnswer(await who.open((await byHand({ prompt: 'none', redirect_uri: FIREFOX })).url));
    expect(new URL(silent).searchParams.get('error')).toBe('consent_required');
  });

  test.each(['Sign in', 'Continue'])('or cancels, instead of %s', async (instead) => {
    const who = instead === 'Continue' ? (await signIn()).who : visitor();
    const { url, finish } = await authorize(onboarding.backend.url, CHROME, false);
    const page = asPage(await who.open(url));
    expect(page.buttons).toHaveProperty(instead);
    const answer = asAnswer(await who.press(page, 'Cancel'));
    expect(new URL(answer).searchParams.get('error')).toBe('access_denied');
    expect(await finish(answer)).toBeUndefined();
  });

  test('with Firefox', async () => {
    const { url, finish } = await authorize(onboarding.backend.url, FIREFOX, false);
    const answer = await answerOf(visitor(), url, { key: newKey(), user: 'Test Person', workspace: 'Fake' });
    expect(answer.startsWith(`${FIREFOX}?code=`)).toBe(true);
    expect(await workspaceOf(((await finish(answer)) as TokenSet).accessToken)).toMatchObject({
      name: 'Fake',
    });
  });
});

describe('the pages', () => {
  test('run no scripts, and lead nowhere but here and back to the extension', async () => {
    const page = asPage(await visitor().open((await byHand()).url));
    expect(page.html).not.toMatch(/<script|\son\w+=|javascript:/i);
    const policy = page.headers.get('Content-Security-Policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`form-action 'self' ${new URL(CHROME).origin};`);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(page.headers.get('Cache-Control')).toBe('no-store');
    expect(page.headers.get('Referrer-Policy')).toBe('no-referrer');
  });

  test.each([
    ['well', 'Saleshandy doesn’t accept this key, or its plan doesn’t include the API.'],
    ['no_plan', 'Saleshandy doesn’t accept this key, or its plan doesn’t include the API.'],
    ['too_many', 'Saleshandy received too many requests just now. Try again in a minute.'],
    ['broken', 'We couldn’t check this key with Saleshandy. Try again.'],
    ['hangs_up', 'We couldn’t check this key with Saleshandy. Try again.'],
    ['redirects', 'We couldn’t check this key with Saleshandy. Try again.'],
  ] as const)('say why a key is not taken while Saleshandy is: %s', async (mood, alert) => {
    const who = visitor();
    const key = mood === 'well' ? 'fake-not-a-known-key' : newKey();
    saleshandy.mood = mood;
    const form = asPage(await who.open((await byHand()).url));
    const values = { 'Saleshandy API key': key, 'Your name or email address': 'Test "Person"' };
    const again = asPage(await who.press(form, 'Sign in', values));
    expect(again).toMatchObject({ status: 400, heading: 'Sign in to Saleshandy', alert });
    // The name need not be typed again; the key is nowhere.
    expect(again.html).toContain('value="Test &quot;Person&quot;"');
    expect(again.html).not.toContain(key);

    saleshandy.mood = 'well';
    saleshandy.keys.add(key);
    expect(asPage(await who.press(again, 'Sign in', values)).heading).toBe('Name your workspace');
  });

  test.each(['', '   ', 'two\nlines', 'x'.repeat(101)])('ask for a real name, not %j', async (name) => {
    const who = visitor();
    const form = asPage(await who.open((await byHand()).url));
    const key = newKey();
    const values = { 'Saleshandy API key': key, 'Your name or email address': name };
    expect(asPage(await who.press(form, 'Sign in', values)).alert).toMatch(
      /^Enter your name or email address/,
    );
    const right = { ...values, 'Your name or email address': 'Test Person' };
    const naming = asPage(await who.press(form, 'Sign in', right));
    expect(asPage(await who.press(naming, 'Continue', { 'Workspace name': name })).alert).toMatch(
      /^Enter a workspace name/,
    );
  });

  test('no key of any form reaches Saleshandy that is none', async () => {
    const who = visitor();
    const form = asPage(await who.open((await byHand()).url));
    const asked = saleshandy.asked.length;
    for (const key of ['', 'short', 'with blanks in it', 'line\r\nx-other: 1', 'x'.repeat(513)]) {
      const values = { 'Saleshandy API key': key, 'Your name or email address': 'Test Person' };
      expect(asPage(await who.press(form, 'Sign in', values)).alert).toMatch(/doesn’t accept this key/);
    }
    expect(saleshandy.asked.length).toBe(asked);
  });

  test('belong to the browser they were opened in', async () => {
    const form = asPage(await visitor().open((await byHand()).url));
    const values = { 'Saleshandy API key': newKey(), 'Your name or email address': 'Test Person' };
    const page = asPage(await visitor().press(form, 'Sign in', values));
    expect(page).toMatchObject({ status: 400, heading: 'Something went wrong' });
    expect(page.alert).toMatch(/^This page has expired/);
  });

  test('take no answer that no button gives', async () => {
    const { who } = await signIn();
    const page = asPage(await who.open((await byHand()).url));
    for (const body of [new URLSearchParams(), new URLSearchParams({ action: 'none' })]) {
      const again = asPage(await who.open(page.action, { method: 'POST', body }));
      expect(again.heading).toBe('Connect mailboxes to Fake workspace?');
    }
  });

  test('take no form of any size', async () => {
    const who = visitor();
    const form = asPage(await who.open((await byHand()).url));
    const values = { 'Saleshandy API key': newKey(), 'Your name or email address': 'x'.repeat(20_000) };
    expect(asPage(await who.press(form, 'Sign in', values)).status).toBe(413);
  });
});

describe('no code is given', () => {
  test.each([
    'https://evil.example/',
    'http://abcdefghijklmnopabcdefghijklmnop.chromiumapp.org/',
    'https://abcdefghijklmnopabcdefghijklmnop.chromiumapp.org.evil.example/',
    'https://evil.example/.chromiumapp.org/',
    'https://abcdefghijklmnopabcdefghijklmno.chromiumapp.org/',
    'https://zbcdefghijklmnopabcdefghijklmnop.chromiumapp.org/',
    'https://user@abcdefghijklmnopabcdefghijklmnop.chromiumapp.org/',
    'https://test.extensions.allizom.org/',
  ])('to %s', async (redirect_uri) => {
    const page = asPage(await visitor().open((await byHand({ redirect_uri })).url));
    expect(page).toMatchObject({ status: 400, heading: 'Something went wrong' });
    expect(page.alert).toContain('invalid_redirect_uri');
  });

  test('to another client', async () => {
    const page = asPage(await visitor().open((await byHand({ client_id: 'another' })).url));
    expect(page.alert).toContain('invalid_client');
  });

  test.each([
    ['without PKCE', { code_challenge: undefined, code_challenge_method: undefined }],
    ['with PKCE that hides nothing', { code_challenge_method: 'plain' }],
    ['for a token at once', { response_type: 'token' }],
  ])('%s', async (_, changes) => {
    const answer = new URL(asAnswer(await visitor().open((await byHand(changes)).url)));
    const said = new URLSearchParams(answer.search || answer.hash.slice(1));
    expect(said.get('error')).toMatch(/^(invalid_request|unsupported_response_type)$/);
    expect(said.get('code')).toBeNull();
  });
});

describe('a code', () => {
  const person = () => ({ key: newKey(), user: 'Test Person', workspace: 'Fake workspace' });

  test('is good with the right verifier', async () => {
    const { url, exchange } = await byHand();
    expect(await exchange(await answerOf(visitor(), url, person()))).toMatchObject({ token_type: 'bearer' });
  });

  test('is not good with another verifier', async () => {
    const { url, exchange } = await byHand();
    const answer = await answerOf(visitor(), url, person());
    await expect(exchange(answer, { proof: oauth.generateRandomCodeVerifier() })).rejects.toEqual(
      invalidGrant,
    );
  });

  test('is not good with another redirect', async () => {
    const { url, exchange } = await byHand();
    const answer = await answerOf(visitor(), url, person());
    await expect(exchange(answer, { redirect: FIREFOX })).rejects.toEqual(invalidGrant);
  });

  test('is good once; whoever comes with it again ends what it gave', async () => {
    const { url, exchange } = await byHand();
    const answer = await answerOf(visitor(), url, person());
    const { access_token } = await exchange(answer);
    await workspaceOf(access_token);
    await expect(exchange(answer)).rejects.toEqual(invalidGrant);
    await expectRefused(access_token);
  });
});

describe('a sign-in', () => {
  test('goes on with a refresh token, which is another one each time', async () => {
    const { tokens } = await signIn();
    const next = (await renewed(onboarding.backend.url, tokens.refreshToken as string)) as TokenSet;
    expect(next.accessToken).not.toBe(tokens.accessToken);
    expect(next.refreshToken).not.toBe(tokens.refreshToken);
    expect(await workspaceOf(next.accessToken)).toMatchObject({
      name: 'Fake workspace',
      user: 'Test Person',
    });
    const third = (await renewed(onboarding.backend.url, next.refreshToken as string)) as TokenSet;
    await workspaceOf(third.accessToken);
  });

  test('is over when a refresh token is used again: it was stolen', async () => {
    const { tokens } = await signIn();
    const next = (await renewed(onboarding.backend.url, tokens.refreshToken as string)) as TokenSet;
    expect(await renewed(onboarding.backend.url, tokens.refreshToken as string)).toBeUndefined();
    expect(await renewed(onboarding.backend.url, next.refreshToken as string)).toBeUndefined();
    await expectRefused(next.accessToken);
  });

  test('gives one at most of two who use a refresh token at the same moment', async () => {
    const { tokens } = await signIn();
    const both = [1, 2].map(() => renewed(onboarding.backend.url, tokens.refreshToken as string));
    expect((await Promise.all(both)).filter(Boolean).length).toBeLessThanOrEqual(1);
  });

  test('is over when it is revoked, and only that one', async () => {
    const one = await signIn();
    const other = await signIn({ key: one.key, user: 'Other Person', isFirst: false });
    await revoke(onboarding.backend.url, one.tokens);
    await expectRefused(one.tokens.accessToken);
    expect(await renewed(onboarding.backend.url, one.tokens.refreshToken as string)).toBeUndefined();
    await workspaceOf(other.tokens.accessToken);
  });

  test('survives a restart of the backend, tokens and browser session', async () => {
    const { who, tokens } = await signIn();
    await onboarding.backend.stop();
    await onboarding.startBackend();
    expect(await workspaceOf(tokens.accessToken)).toMatchObject({ name: 'Fake workspace' });
    const next = await renewed(onboarding.backend.url, tokens.refreshToken as string);
    await workspaceOf((next as TokenSet).accessToken);
    const page = asPage(await who.open((await authorize(onboarding.backend.url, CHROME, false)).url));
    expect(page.heading).toBe('Connect mailboxes to Fake workspace?');
  });

  test('is no way past the token that is known from the start', async () => {
    expect(await workspaceOf(onboarding.backend.token)).toEqual({
      id: 'default',
      name: 'My workspace',
      app: APP,
    });
    const { tokens } = await signIn();
    // A refresh token opens nothing.
    await expectRefused(tokens.refreshToken as string);
    await expectRefused(`${tokens.accessToken.slice(0, -1)}~`);
  });
});

describe('workspaces', () => {
  async function handIn(token: string, workspace: string, email: string): Promise<[id: string, Response]> {
    const id = randomUUID();
    const content = { ...onboarding.content(id, email, PASSWORD), workspace };
    const password = await seal(content, await onboarding.keys());
    const body = JSON.stringify({ provider: 'google', email, password });
    const headers = { 'Content-Type': 'application/json' };
    return [id, await call(token, 'PUT', `/v1/connections/${id}`, { body, headers })];
  }

  test('do not see what is in each other', async () => {
    const email = 'test.isolation@gmail.com';
    onboarding.mail.accounts.set(email, { password: PASSWORD });
    const [one, other] = [(await signIn()).tokens.accessToken, (await signIn()).tokens.accessToken];
    const { id: workspace } = await workspaceOf(one);
    const [id, accepted] = await handIn(one, workspace, email);
    expect(accepted.status).toBe(202);

    for (const token of [other, onboarding.backend.token]) {
      expect((await call(token, 'GET', `/v1/connections/${id}`)).status).toBe(404);
      expect((await call(token, 'POST', `/v1/connections/${id}/verify`)).status).toBe(404);
      // Nothing is said, and nothing is done.
      expect((await call(token, 'DELETE', `/v1/connections/${id}`)).status).toBe(204);
    }
    const done = await call(one, 'GET', `/v1/connections/${id}?wait=20`);
    expect(await done.json()).toMatchObject({ id, verdict: 'verified', mailbox: 'new' });

    // The same mailbox is another one there.
    const [otherId, alsoAccepted] = await handIn(other, (await workspaceOf(other)).id, email);
    expect(alsoAccepted.status).toBe(202);
    const otherDone = await call(other, 'GET', `/v1/connections/${otherId}?wait=20`);
    expect(await otherDone.json()).toMatchObject({ id: otherId, verdict: 'verified', mailbox: 'new' });
  });

  test('are the same for all who signed in to one', async () => {
    const email = 'test.colleagues@gmail.com';
    onboarding.mail.accounts.set(email, { password: PASSWORD });
    const first = await signIn();
    const second = await signIn({ key: first.key, user: 'Other Person', isFirst: false });
    const { accessToken } = first.tokens;
    const [id] = await handIn(accessToken, (await workspaceOf(accessToken)).id, email);
    const seen = await call(second.tokens.accessToken, 'GET', `/v1/connections/${id}?wait=20`);
    expect(await seen.json()).toMatchObject({ id, verdict: 'verified' });
  });

  test('take no password that was sealed for another', async () => {
    const one = (await signIn()).tokens.accessToken;
    const other = (await signIn()).tokens.accessToken;
    for (const workspace of [(await workspaceOf(other)).id, 'default']) {
      const [, response] = await handIn(one, workspace, 'test.sealed@gmail.com');
      expect(response.status).toBe(400);
      expect(Problem.parse(await response.json())).toMatchObject({ type: problemTypes.sealForOther });
    }
  });
});

describe('from an extension, without a permission for the host', () => {
  const PATHS = [
    ['GET', '/oauth/.well-known/openid-configuration', 200],
    ['GET', '/.well-known/oauth-authorization-server/oauth', 200],
    ['GET', '/oauth/jwks', 200],
    ['POST', '/oauth/token', 400],
    ['POST', '/oauth/token/revocation', 200],
  ] as const;

  test.each(PATHS)('%s %s can be read', async (method, path, status) => {
    const headers = { Origin: EXTENSION };
    const form = {
      client_id: 'mailbox-connect',
      grant_type: 'refresh_token',
      refresh_token: 'none',
      token: 'none',
    };
    const response = await fetch(`${onboarding.backend.url}${path}`, {
      method,
      headers,
      ...(method === 'POST' ? { body: new URLSearchParams(form) } : {}),
    });
    expect(response.status).toBe(status);
    expect(['*', EXTENSION]).toContain(response.headers.get('Access-Control-Allow-Origin'));
    expect(response.headers.get('Access-Control-Allow-Credentials')).toBeNull();
  });

  test.each(PATHS)('%s %s can be asked about beforehand', async (method, path) => {
    const response = await fetch(`${onboarding.backend.url}${path}`, {
      method: 'OPTIONS',
      headers: {
        Origin: EXTENSION,
        'Access-Control-Request-Method': method,
        'Access-Control-Request-Headers': 'content-type,authorization',
      },
    });
    expect(response.ok).toBe(true);
    expect(['*', EXTENSION]).toContain(response.headers.get('Access-Control-Allow-Origin'));
    expect(response.headers.get('Access-Control-Allow-Methods')?.split(',')).toContain(method);
    expect(response.headers.get('Access-Control-Allow-Headers')?.toLowerCase()).toContain('content-type');
  });
});

test('the OpenAPI description says where to sign in, as the authorization server does', async () => {
  const { url } = onboarding.backend;
  const [description, server] = await Promise.all(
    ['/openapi.json', '/oauth/.well-known/openid-configuration'].map(async (path) =>
      (await fetch(`${url}${path}`)).json(),
    ),
  );
  expect(description.security).toEqual([{ token: [] }, { signIn: ['connect'] }]);
  const { signIn, token } = description.components.securitySchemes;
  expect(token).toMatchObject({ type: 'http', scheme: 'bearer' });
  expect(signIn.type).toBe('oauth2');
  expect(signIn.flows.authorizationCode).toMatchObject({
    authorizationUrl: server.authorization_endpoint,
    tokenUrl: server.token_endpoint,
    refreshUrl: server.token_endpoint,
  });
  for (const scope of Object.keys(signIn.flows.authorizationCode.scopes))
    expect(server.scopes_supported).toContain(scope);
});

describe('nothing is left behind', () => {
  test('neither in the data nor in the log', async () => {
    const user = 'Person Who Leaves A Trace';
    const { who, key, tokens } = await signIn({ user });
    const { url, exchange } = await byHand();
    const answer = asAnswer(await who.press(asPage(await who.open(url)), 'Continue'));
    const code = new URL(answer).searchParams.get('code') as string;
    const more = await exchange(answer);
    const next = (await renewed(onboarding.backend.url, tokens.refreshToken as string)) as TokenSet;
    // One that is not answered: its cookies are good for an hour.
    asPage(await who.open((await byHand()).url));
    const secrets = [key, code, tokens.accessToken, tokens.refreshToken, next.accessToken, next.refreshToken];
    secrets.push(more.access_token, more.refresh_token, ...who.cookies);
    expect(who.cookies.length).toBeGreaterThanOrEqual(2);

    await onboarding.backend.stop();
    const log = onboarding.backend.log();
    expect(log).toContain('"path":"/oauth/token"');
    let isSearched = false;
    const entries = await readdir(onboarding.dataDir, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name));
    const contents = await Promise.all(files.map((file) => readFile(file)));
    await onboarding.startBackend();
    for (const secret of secrets as string[]) {
      expect(secret.length).toBeGreaterThan(20);
      for (const bytes of [
        Buffer.from(secret),
        Buffer.from(Buffer.from(secret).toString('base64').slice(0, -4)),
      ]) {
        expect(log.includes(bytes.toString()), secret).toBe(false);
        for (const [i, content] of contents.entries()) {
          isSearched ||= content.includes(user);
          expect(content.includes(bytes), `${secret} in ${files[i]}`).toBe(false);
        }
      }
    }
    // Names are kept in clear, so the search would have found what there is to be found.
    expect(isSearched).toBe(true);
  });
});

describe('with other settings', () => {
  let other: Onboarding | undefined;

  afterEach(async () => {
    await other?.stop();
    other = undefined;
  });

  test('there is no sign-in where it is off', async () => {
    other = await Onboarding.start(undefined, { ONBOARDING_SIGN_IN: 'off' });
    for (const path of ['/oauth/.well-known/openid-configuration', '/oauth/auth', '/oauth/token']) {
      const response = await fetch(`${other.backend.url}${path}`);
      expect(response.status).toBe(404);
      expect(Problem.parse(await response.json())).toMatchObject({ type: problemTypes.notFound });
    }
    await expect(authorize(other.backend.url, CHROME, false)).rejects.toMatchObject({
      fault: { code: 'sign_in_off' },
    });
    expect((await other.call('GET', '/v1/workspace')).status).toBe(200);
    const description = await (await other.call('GET', '/openapi.json')).json();
    expect(Object.keys(description.components.securitySchemes)).toEqual(['token']);
  });

  test('only the extensions that are named get an answer, and only their exact addresses', async () => {
    other = await Onboarding.start(undefined, { ONBOARDING_REDIRECT_URIS: CHROME });
    const { url } = await authorize(other.backend.url, CHROME, false);
    const who = new Visitor(other.backend.url);
    expect(asPage(await who.open(url)).heading).toBe('Sign in to Saleshandy');
    for (const redirect of [FIREFOX, `${CHROME}more`]) {
      const refused = await authorize(other.backend.url, redirect, false);
      expect(asPage(await who.open(refused.url)).alert).toContain('invalid_redirect_uri');
    }
  });

  test('guessing keys is slow', async () => {
    other = await Onboarding.start(undefined, {
      ONBOARDING_SALESHANDY_URL: saleshandy.url,
      ONBOARDING_STRANGER_REQUESTS_PER_MINUTE: '50',
    });
    const { url } = await authorize(other.backend.url, CHROME, false);
    const who = new Visitor(other.backend.url);
    const form = asPage(await who.open(url));
    const asked = saleshandy.asked.length;
    const pages: Page[] = [];
    for (let i = 0; i < 10; i++) {
      const values = {
        'Saleshandy API key': `fake-guessed-key-${i}`,
        'Your name or email address': 'Test Person',
      };
      pages.push(asPage(await who.press(form, 'Sign in', values)));
    }
    expect(pages.at(-1)).toMatchObject({ status: 429, heading: 'Something went wrong' });
    expect(pages.at(-1)?.alert).toMatch(/^Too many attempts/);
    // Others are asked about meanwhile, by mailboxes of other tests.
    expect(
      saleshandy.asked.slice(asked).filter(({ key }) => key?.startsWith('fake-guessed-key')).length,
    ).toBeLessThanOrEqual(5);
  });

  test('guessing keys is as slow with an access token, and when many are guessed at once', async () => {
    other = await Onboarding.start(undefined, {
      ONBOARDING_SALESHANDY_URL: saleshandy.url,
      ONBOARDING_STRANGER_REQUESTS_PER_MINUTE: '50',
    });
    const { url } = await authorize(other.backend.url, CHROME, false);
    const who = new Visitor(other.backend.url);
    const form = asPage(await who.open(url));
    const headers = { Authorization: `Bearer ${other.backend.token}` };
    const guesses = Array.from({ length: 40 }, (_, i) => `fake-parallel-key-${i}`);
    const answers = await Promise.all(
      guesses.map((key) => {
        const body = new URLSearchParams({ action: 'sign-in', key, user: 'Test Person' });
        return who.open(form.action, { method: 'POST', body, headers });
      }),
    );
    expect(answers.filter((page) => asPage(page).status === 429).length).toBeGreaterThan(30);
    const asked = saleshandy.asked.filter(({ key }) => key?.startsWith('fake-parallel-key'));
    expect(asked.length).toBeLessThanOrEqual(5);
  });

  test('what no database takes, in an address or a form, is no mistake of ours', async () => {
    other = await Onboarding.start(undefined, { ONBOARDING_SALESHANDY_URL: saleshandy.url });
    const { url } = await authorize(other.backend.url, CHROME, false);
    const answers = [
      await fetch(url.replace(/state=[^&]*/, 'state=%00a'), { redirect: 'manual' }),
      await fetch(url.replace(/nonce=[^&]*/, 'nonce=%00a'), { redirect: 'manual' }),
      await fetch(`${url}&ui_locales=%00&login_hint=%00%ed%a0%bd`, { redirect: 'manual' }),
      await fetch(`${other.backend.url}/oauth/interaction/%00`),
      await fetch(`${other.backend.url}/oauth/auth/%00`),
      await fetch(`${other.backend.url}/oauth/token`, {
        method: 'POST',
        body: new URLSearchParams({
          client_id: 'mailbox-connect',
          grant_type: 'refresh_token',
          refresh_token: '\0',
        }),
      }),
    ];
    for (const answer of answers) expect(answer.status).toBeLessThan(500);
    expect(other.backend.log()).not.toContain('sign-in failed');
  });

  test('behind a proxy with TLS, it is at its public addresses and its cookies are for TLS only', async () => {
    const port = await freePort();
    other = await Onboarding.start(undefined, {
      PORT: String(port),
      ONBOARDING_PUBLIC_URL: 'https://onboarding.example https://other.example',
      ONBOARDING_TRUSTED_PROXIES: '1',
    });
    const ask = async (path: string, host: string) => {
      const headers = { Host: host, 'X-Forwarded-For': '192.0.2.1', 'X-Forwarded-Proto': 'https' };
      const request = httpRequest({ host: '127.0.0.1', port, path, headers }).end();
      const [response] = await once(request, 'response');
      let body = '';
      for await (const part of response) body += part;
      return { status: response.statusCode as number, headers: response.headers, body };
    };
    for (const host of ['onboarding.example', 'other.example']) {
      const { body } = await ask('/oauth/.well-known/openid-configuration', host);
      expect(JSON.parse(body)).toMatchObject({
        issuer: `https://${host}/oauth`,
        authorization_endpoint: `https://${host}/oauth/auth`,
        token_endpoint: `https://${host}/oauth/token`,
      });
    }
    // A proxy that does not say what it was asked for, and a caller who says anything.
    for (const host of [`127.0.0.1:${port}`, 'evil.example']) {
      const { body } = await ask('/oauth/.well-known/openid-configuration', host);
      expect(JSON.parse(body)).toMatchObject({ issuer: 'https://onboarding.example/oauth' });
    }
    const { search } = new URL((await byHand()).url);
    const { status, headers } = await ask(`/oauth/auth${search}`, 'onboarding.example');
    expect(status).toBe(303);
    expect(headers.location).toMatch(/^\/oauth\/interaction\//);
    expect(headers['set-cookie']).not.toEqual([]);
    for (const cookie of headers['set-cookie'] as string[]) expect(cookie).toMatch(/; secure;.*httponly/i);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
