import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { parseMessage } from '../../utils/messages/protocol.ts';
import { Secret } from '../../utils/secret.ts';

const CODE = 'qwertyuiopasdfgh';

test('nothing that prints, joins, clones or serialises gives it away', () => {
  const secret = new Secret(CODE);
  const holder = { password: secret, list: [secret], map: new Map([['password', secret]]) };
  const error = new Error(`It failed with ${secret}`, { cause: holder });
  for (const text of [
    String(secret),
    `${secret}`,
    `${secret}${secret}`,
    JSON.stringify(holder),
    inspect(holder, { depth: null, showHidden: true }),
    inspect(error),
    inspect(structuredClone({ secret }), { showHidden: true }),
    Object.values(secret).join(),
    JSON.stringify(Object.getOwnPropertyDescriptors(secret)),
    JSON.stringify([...Object.entries({ ...secret })]),
    new URLSearchParams({ secret: secret as never }).toString(),
    encodeURIComponent(secret as never),
  ])
    expect(text).not.toContain(CODE);
  expect(secret.open()).toBe(CODE);
});

test('a password is one from the moment a message is parsed', () => {
  const said = {
    type: 'code-detected',
    visit: '6f2f1d3e-0000-4000-8000-000000000001',
    password: CODE,
    code: 'certain',
    reasons: [],
  };
  const detected = parseMessage(said);
  expect(JSON.stringify(detected)).not.toContain(CODE);
  expect(detected?.type === 'code-detected' && detected.password.open()).toBe(CODE);
});
