import { expect, test, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import * as z from 'zod/mini';
import { Capture } from '../../utils/captures/capture.ts';
import { viewsOf } from '../../utils/captures/view.ts';
import { diagnostics } from '../../utils/diagnostics.ts';
import { supportText } from '../../utils/support.ts';
import { putOnDisk } from './indexed-db.ts';

const ADDRESS = 'some.person@icloud.example';
const SAYS = `for ${ADDRESS}, <${ADDRESS}>:"${ADDRESS}" as "${ADDRESS.toUpperCase()}"`;
const ID = '6f2f1d3e-0000-4000-8000-000000000001';

interface Def {
  type: string;
  innerType: z.core.$ZodType;
  in: z.core.$ZodType;
  element: z.core.$ZodType;
  shape: Record<string, z.core.$ZodType>;
  options: z.core.$ZodType[];
  entries: Record<string, unknown>;
  values: unknown[];
}

/** Every field that a schema knows, with an address in each that may have any text. */
function filled(schema: z.core.$ZodType): unknown {
  const { def } = schema._zod as unknown as { def: Def };
  switch (def.type) {
    case 'optional':
    case 'default':
    case 'catch':
    case 'nullable':
      return filled(def.innerType);
    case 'object':
      return Object.fromEntries(Object.entries(def.shape).map(([key, one]) => [key, filled(one)]));
    case 'array':
      return [filled(def.element)];
    case 'union':
      // The last has the most.
      return filled(def.options.at(-1) as z.core.$ZodType);
    case 'enum':
      return Object.values(def.entries).at(-1);
    case 'literal':
      return def.values[0];
    case 'boolean':
      return true;
    case 'number':
      return 7;
    case 'pipe':
      return filled(def.in);
    default:
      return z.safeParse(schema, ID).success && !z.safeParse(schema, SAYS).success ? ID : SAYS;
  }
}

const captures = ['failed', 'held'].map((state, at) => ({
  ...(filled(Capture) as object),
  id: ID.slice(0, -1) + at,
  state,
  private: false,
  leaving: undefined,
  servers: undefined,
  password: undefined,
}));
const [failed, held] = captures.map((capture) => {
  const checks = { status: 'ok', host: SAYS, port: 1, ms: 1, tries: 2, login: SAYS };
  const { connection } = capture as unknown as { connection: object };
  return capture.state === 'held'
    ? {
        ...capture,
        connection: { ...connection, checks: { receiving: checks, sending: { status: 'pending' } } },
      }
    : capture;
});

test('whatever is filled with an address, no whole one is in what is handed on', async () => {
  vi.stubGlobal('navigator', { userAgent: 'A browser', locks: navigator.locks });
  vi.spyOn(fakeBrowser.i18n, 'getUILanguage').mockReturnValue('en');
  vi.spyOn(fakeBrowser.permissions, 'getAll').mockImplementation(async () => ({
    origins: [`https://${ADDRESS}/*`],
  }));
  vi.spyOn(fakeBrowser.runtime, 'getManifest').mockReturnValue({ version: '1' } as never);
  await fakeBrowser.storage.session.set({ captures: { a: failed, b: held } });
  putOnDisk({
    settings: { agreedAt: 1, providersOff: [SAYS] },
    policy: { [SAYS]: true, backendAddress: `https://${ADDRESS}` },
    accounts: {
      all: [{ id: ID, address: SAYS, access: { token: SAYS }, addedAt: 1 }],
    },
    history: [
      { id: ID, email: ADDRESS, provider: SAYS, workspace: SAYS, at: 1, verdict: 'partial', requestId: SAYS },
    ],
  });
  const told = JSON.stringify(await diagnostics(), undefined, 2);
  // All of it is there.
  for (const part of [
    '"checks"',
    '"fault"',
    '"history"',
    '"workspaces"',
    '"serverText"',
    's…@icloud.example',
  ])
    expect(told).toContain(part);
  expect(told.toLowerCase()).not.toContain(ADDRESS);
  expect(told).not.toContain('login');

  for (const view of viewsOf([failed, held].map((one) => one as unknown as Capture))) {
    const text = supportText(view, '1', new Date(0));
    expect(text).toContain('s…@icloud.example');
    expect(text.toLowerCase()).not.toContain(ADDRESS);
  }
});
