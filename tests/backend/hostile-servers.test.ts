import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Check } from '../../utils/onboarding/contract.ts';
import {
  always,
  endlessly,
  type HostileMailServer,
  startHostileMailServer,
  type Victim,
} from '../servers/hostile-mail-server.ts';
import { Onboarding } from './onboarding.ts';

/** In kB. 0.2.0 took 600 MB for three endless greetings. */
const MAX_GROWTH_KB = 150_000;

/** How late `/healthz` may be while servers lie, in ms. 0.2.0 was silent for over 15 s. */
const MAX_SILENCE_MS = 2000;

const KILOBYTES = 'x'.repeat(65_536);
const tagOf = (command: string): string => /^\S+/.exec(command)?.[0] ?? '';
const imapRefusal = (words: string) =>
  always('* OK ready\r\n', (command) => {
    if (/CAPABILITY/i.test(command))
      return `* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n${tagOf(command)} OK done\r\n`;
    return `${tagOf(command)} NO [AUTHENTICATIONFAILED] ${words}\r\n`;
  });
const smtpRefusal = (words: string | Buffer) =>
  always('220 mail.test ESMTP\r\n', (command) => {
    if (/^EHLO/i.test(command)) return '250-mail.test\r\n250 AUTH PLAIN\r\n';
    return Buffer.concat([Buffer.from('535 5.7.8 '), Buffer.from(words), Buffer.from('\r\n')]);
  });

/** Every way to lie that the protocols allow: what is done, over IMAP and over SMTP. */
const LIES: [string, imap: (victim: Victim) => Promise<void>, smtp: (victim: Victim) => Promise<void>][] = [
  ['a greeting without end', endlessly('* OK ', KILOBYTES), endlessly('220 ', KILOBYTES)],
  [
    'lines without end',
    endlessly('', '* OK still here\r\n'.repeat(4096)),
    endlessly('', '220-still here\r\n'.repeat(4096)),
  ],
  [
    'a literal of a gigabyte',
    endlessly('* NO {1000000000}\r\n', KILOBYTES),
    endlessly('220-{1000000000}\r\n', KILOBYTES),
  ],
  [
    'literals without end',
    endlessly('* NO ', 'a{0}\r\n'.repeat(8192)),
    endlessly('220 a\r\n', '250-a\r\n'.repeat(8192)),
  ],
  ['a refusal of one long word', imapRefusal('a'.repeat(700_000)), smtpRefusal('a'.repeat(700_000))],
  [
    'a long word that looks like an address',
    imapRefusal(`${'a'.repeat(15_000)}@${'b'.repeat(900)}`),
    smtpRefusal(`${'a@'.repeat(7_000)}`),
  ],
  ['a run of colons and dots', imapRefusal(':'.repeat(16_000)), smtpRefusal('1.'.repeat(8000))],
  [
    'an emoji where the words are cut',
    imapRefusal(`${'words '.repeat(44)}${'😀'.repeat(40)}`),
    smtpRefusal(`${'w'.repeat(289)}${'😀'.repeat(40)}`),
  ],
  [
    'half characters and NUL',
    imapRefusal('\0 \ud83d \0'),
    smtpRefusal(Buffer.from([0, 0xed, 0xa0, 0xbd, 0, 0xff, 0xfe, 0x41])),
  ],
  [
    'capabilities without end',
    always(
      '* OK ready\r\n',
      (command) => `* CAPABILITY ${'AUTH=PLAIN '.repeat(20_000)}\r\n${tagOf(command)} OK\r\n`,
    ),
    always('220 a\r\n', () => `250-${'AUTH '.repeat(20_000)}\r\n250 a\r\n`),
  ],
  [
    'questions without end',
    always('* OK [CAPABILITY AUTH=PLAIN LOGINDISABLED] ready\r\n', () => '+ \r\n'),
    always('220 a\r\n', (command) => (/^EHLO/i.test(command) ? '250-a\r\n250 AUTH LOGIN\r\n' : '334 \r\n')),
  ],
  ['a byte at a time', endlessly('', '*', 100), endlessly('', '2', 100)],
  ['only BYE', endlessly('', '* BYE\r\n'.repeat(1000)), endlessly('', '421 \r\n'.repeat(1000))],
];

const host = (at: number): string => `lie-${at}.test`;
const servers: { imap: HostileMailServer; smtp: HostileMailServer }[] = [];
let onboarding: Onboarding;

beforeAll(async () => {
  onboarding = await Onboarding.start(async (pki) => {
    const certificate = await pki.certificateFor(LIES.map((_, at) => host(at)));
    for (const [, imap, smtp] of LIES) {
      servers.push({
        imap: await startHostileMailServer(certificate, imap),
        smtp: await startHostileMailServer(certificate, smtp),
      });
    }
    return servers.flatMap(({ imap, smtp }, at) => [
      `${host(at)}:993=127.0.0.1:${imap.port}`,
      `${host(at)}:465=127.0.0.1:${smtp.port}`,
    ]);
  });
});

afterAll(async () => {
  await onboarding?.stop();
  await Promise.all(servers.flatMap(({ imap, smtp }) => [imap.stop(), smtp.stop()]));
});

/** Of the backend and the processes it has started, in kB, as the system counts it. */
function memoryOf(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter(Boolean);
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const own = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0);
  return children.reduce((sum, child) => sum + memoryOf(Number(child)), own);
}

async function verify(at: number): Promise<{ receiving: Check; sending: Check }> {
  const servers = {
    imap: { host: host(at), port: 993, security: 'tls' },
    smtp: { host: host(at), port: 465, security: 'tls' },
  } as const;
  const { id } = await onboarding.handIn(`person.${at}@lie.test`, `fakepassword${at}`, {
    provider: 'other',
    servers,
  });
  const { checks } = await onboarding.finished(id);
  return checks;
}

test('servers that lie in every way at once neither stop the backend, nor fill its memory, nor have it sign in again', async () => {
  const before = memoryOf(onboarding.backend.pid);
  let slowest = 0;
  let largest = before;
  const isOver = new AbortController();
  const watch = (async () => {
    while (!isOver.signal.aborted) {
      const asked = performance.now();
      await fetch(`${onboarding.backend.url}/healthz`);
      slowest = Math.max(slowest, performance.now() - asked);
      largest = Math.max(largest, memoryOf(onboarding.backend.pid));
      await delay(50, undefined, { signal: isOver.signal }).catch(() => {});
    }
  })();
  const told = await Promise.all(LIES.map((_, at) => verify(at)));
  isOver.abort();
  await watch;
  expect({ silentMs: slowest, grownKb: largest - before }).toSatisfy(
    ({ silentMs, grownKb }) => silentMs < MAX_SILENCE_MS && grownKb < MAX_GROWTH_KB,
  );
  for (const [at, checks] of told.entries()) {
    for (const check of [checks.receiving, checks.sending]) {
      expect(check, LIES[at]?.[0]).toMatchObject({ status: 'failed' });
      expect(JSON.stringify(check).isWellFormed(), LIES[at]?.[0]).toBe(true);
    }
  }
  // Each is spoken to once: what could not be made sense of is not tried again.
  expect(servers.flatMap(({ imap, smtp }) => [imap.connections, smtp.connections])).toEqual(
    servers.flatMap(() => [1, 1]),
  );
  expect(onboarding.backend.log()).not.toMatch(/broke off|queue failed/);
});
