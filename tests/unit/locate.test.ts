import { expect, test } from 'vitest';
import { locate } from '../../backend/src/connections/locate.ts';
import type { Domains } from '../../backend/src/domains.ts';
import { loadProviders } from '../../providers/registry/node.ts';
import { problemTypes } from '../../utils/onboarding/contract.ts';

const providers = await loadProviders();
const request = { provider: 'other', email: 'test.person@company.example' };

/** Domains of which DNS says that their mail is at this provider. */
const at = (id: string): Domains =>
  ({ serversOf: async () => ({ provider: providers.get(id) }) }) as unknown as Domains;

test('a domain of its own at a known provider is at that provider', async () => {
  expect(await locate(request, { providers, domains: at('google') })).toEqual({ provider: 'google' });
});

test('one at a provider that lets no server in is refused as that provider is', async () => {
  await expect(locate(request, { providers, domains: at('proton') })).rejects.toMatchObject({
    type: problemTypes.providerClosed,
  });
});
