import { afterEach, describe, expect, test, vi } from 'vitest';
import { accounts } from '../../utils/onboarding/accounts.ts';
import {
  agreeToKeys,
  backendOf,
  connectWithToken,
  providerOfDomain,
} from '../../utils/onboarding/backend.ts';
import type { JsonWebKeySet } from '../../utils/onboarding/contract.ts';
import { signIn } from '../../utils/onboarding/sign-in.ts';
import { onDisk, putOnDisk } from './indexed-db.ts';

vi.mock('../../utils/onboarding/oauth.ts', () => ({
  authorize: async () => ({
    url: 'https://onboarding.example.com/oauth',
    finish: async () => ({ accessToken: 'another', expiresAt: 9e15 }),
  }),
}));
vi.mock('wxt/browser', async () => {
  const { fakeBrowser } = await import('wxt/testing/fake-browser');
  const identity = { getRedirectURL: () => 'https://back.example', launchWebAuthFlow: async () => 'back' };
  return { browser: { ...fakeBrowser, identity } };
});

const ADDRESS = 'https://onboarding.example.com';
const keysOf = (kid: string): JsonWebKeySet => ({
  keys: [{ kty: 'EC', crv: 'P-256', x: kid, y: kid, kid, use: 'enc', alg: 'ECDH-ES' }],
});

/** What the backend is now, and what it was asked. */
const backend = { kid: 'first', workspace: 'w', asked: 0 };
vi.stubGlobal('fetch', async (input: Request) => {
  backend.asked += 1;
  return Response.json(
    new URL(input.url).pathname.endsWith('jwks.json')
      ? keysOf(backend.kid)
      : { id: backend.workspace, name: 'Workspace' },
  );
});
afterEach(() => Object.assign(backend, { kid: 'first', workspace: 'w', asked: 0 }));

const token = (): Promise<unknown> => connectWithToken(ADDRESS, 'a token');
/** Each way to connect it once more. */
const WAYS: Record<string, () => Promise<unknown>> = {
  'the token is entered again': token,
  'its user signs in again': () => signIn(ADDRESS, false),
  'its user signs out and in again': async () => {
    for (const { id } of (await accounts.read()).all) await accounts.remove(id);
    await signIn(ADDRESS, false);
  },
  'it says that it is another workspace': () => {
    backend.workspace = 'another';
    return signIn(ADDRESS, true);
  },
};

describe('a backend that has another key than when it was connected', () => {
  test.each(Object.entries(WAYS))(
    'is not sealed to it before its user has agreed, when %s',
    async (_, again) => {
      putOnDisk({ settings: { agreedAt: 1 } });
      await token();
      backend.kid = 'second';
      await again();
      const { met } = (await accounts.current()) ?? {};
      expect(met?.keys).toEqual(keysOf('first'));
      expect(met?.otherKeys).toEqual(keysOf('second'));
      const asked = (await backendOf()).acquaint();
      await expect(asked).rejects.toMatchObject({ fault: { code: 'key_changed' } });

      await agreeToKeys();
      expect((await (await backendOf()).acquaint()).keys).toEqual(keysOf('second'));
      // And that is the one from now on.
      await again();
      expect((await accounts.current())?.met).toMatchObject({ keys: keysOf('second') });
      expect((await accounts.current())?.met?.otherKeys).toBeUndefined();
    },
  );

  test('is asked about as well when the account was never reached before', async () => {
    putOnDisk({ settings: { agreedAt: 1 } });
    await token();
    const { all } = await accounts.read();
    for (const { id } of all) await accounts.remove(id);
    backend.kid = 'second';
    await accounts.add({ address: ADDRESS, access: { token: 'a token' } });
    const asked = (await backendOf()).acquaint();
    await expect(asked).rejects.toMatchObject({ fault: { code: 'key_changed' } });
    expect((await accounts.current())?.met).toMatchObject({
      keys: keysOf('first'),
      otherKeys: keysOf('second'),
    });
  });

  test('is not asked about when it has the first one again, nor is one elsewhere', async () => {
    await token();
    backend.kid = 'second';
    await token();
    backend.kid = 'first';
    await token();
    expect((await accounts.current())?.met).toMatchObject({ keys: keysOf('first') });
    expect((await accounts.current())?.met?.otherKeys).toBeUndefined();
    backend.kid = 'elsewhere';
    await connectWithToken('https://other.example.com', 'a token');
    expect((await accounts.current())?.met?.otherKeys).toBeUndefined();
  });
});

describe('where the organisation has named a backend', () => {
  const refused = (asked: Promise<unknown>) =>
    expect(asked).rejects.toMatchObject({ fault: { code: 'backend_not_allowed' } });

  test('an account at another address that was connected before is not used for anything', async () => {
    putOnDisk({ settings: { agreedAt: 1 } });
    await token();
    const { current } = await accounts.read();
    putOnDisk({ policy: { backendAddress: 'https://named.example.com' } });
    backend.asked = 0;
    await refused(backendOf());
    await refused(backendOf(current));
    expect(await providerOfDomain('ann@example.com')).toBeUndefined();
    expect(backend.asked).toBe(0);
    putOnDisk({ policy: { backendAddress: `${ADDRESS}/` } });
    expect((await backendOf()).origin).toBe(ADDRESS);
  });

  test('none at another address is connected, in either way', async () => {
    const { browser } = (await import('wxt/browser')) as unknown as { browser: { storage: object } };
    Object.assign(browser.storage, {
      managed: { get: async () => ({ backendAddress: 'https://named.example.com' }) },
    });
    await refused(token());
    await refused(signIn(ADDRESS, false));
    expect(backend.asked).toBe(0);
    expect(JSON.stringify(onDisk())).not.toContain('a token');
  });
});
