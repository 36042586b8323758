import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { conclude } from '../../backend/src/verification/verdict.ts';
import { loadProviders, type Provider } from '../../providers/registry/node.ts';
import type { Check, Code } from '../../utils/onboarding/contract.ts';
import {
  type AnsweringMailServer,
  type Manner,
  startAnsweringMailServer,
} from '../servers/answering-mail-server.ts';
import { type Certificate, createPki, type Pki } from '../servers/pki.ts';
import { mailHosts } from '../servers/routes.ts';
import { mailboxes, verifierAt } from './verification.ts';

/** An answer, or a manner, of a real server, personal details replaced, with what was really the cause. */
interface Case extends Manner {
  id: string;
  server: string;
  /** Known by the page; else a server that nobody knows. */
  provider?: string;
  cause: string;
  /** Any of these tells the cause. `OK`: the mailbox works. */
  codes: (Code | 'OK')[];
  /** A part of the server's words that must be shown as it is. */
  keeps?: string;
  certificate?: 'other' | 'old';
}

const CASES: Case[] = JSON.parse(
  readFileSync(new URL('../fixtures/mail-server-answers.json', import.meta.url), 'utf8'),
);

const PASSWORD = 'qzxjkvbwpyghmfdl';
const EMAIL = 'test.person@mail.test';

/** As a user's verification has; slow answers come within it. */
const TIME_LIMIT_MS = 30_000;

const providers = await loadProviders();
const mailbox = await mailboxes(EMAIL, PASSWORD);

let pki: Pki;
let certificate: Certificate;
const running: AnsweringMailServer[] = [];

beforeAll(async () => {
  pki = await createPki();
  certificate = await pki.certificateFor([...(await mailHosts()), 'mail.test']);
});

afterAll(() => Promise.all(running.map((server) => server.stop())));

async function start(manner: Manner & Pick<Case, 'certificate'>): Promise<AnsweringMailServer> {
  const other = await pki.certificateFor(['imap.example.com']);
  const options = {
    other,
    old: { ...certificate, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
  } as const;
  const server = await startAnsweringMailServer(
    manner,
    manner.certificate ? options[manner.certificate] : certificate,
  );
  running.push(server);
  return server;
}

/** Verifies a mailbox, with a code that was just made, whose server has this manner over one protocol, and works over the other. */
async function verify(
  it: Case,
): Promise<{ check: Check; logIns: number; conclusion: ReturnType<typeof conclude> }> {
  const known = it.provider === undefined ? undefined : (providers.get(it.provider) as Provider);
  const security = it.starttls ? 'starttls' : 'tls';
  const mail = known?.mail ?? {
    imap: [{ host: 'mail.test', port: it.starttls ? 143 : 993, security }],
    smtp: [{ host: 'mail.test', port: it.starttls ? 587 : 465, security }],
    answers: 'standard' as const,
  };
  const wantsStartTls = (protocol: 'imap' | 'smtp'): boolean => mail[protocol][0]?.security === 'starttls';
  const odd = await start({ ...it, starttls: wantsStartTls(it.protocol) });
  const protocol = it.protocol === 'imap' ? 'smtp' : 'imap';
  const works = await start({ protocol, stage: 'auth', starttls: wantsStartTls(protocol) });
  const [imap, smtp] = it.protocol === 'imap' ? [odd, works] : [works, odd];
  const ports = { imap: imap.port, imaps: imap.port, smtps: smtp.port, submission: smtp.port };
  const verifier = await verifierAt(
    pki,
    ports,
    TIME_LIMIT_MS,
    {},
    { settleMs: 10_000, wait: async () => {} },
  );
  const checks = await verifier.verify(mailbox(mail, EMAIL, PASSWORD, { isFresh: true }), async () => {});
  return {
    check: it.protocol === 'imap' ? checks[0] : checks[1],
    logIns: odd.logIns,
    conclusion: conclude(...checks, known?.guide),
  };
}

const codeOf = (check: Check): Code | 'OK' => (check.status === 'failed' ? check.code : 'OK');

describe.concurrent('what a mail server says is told as what it is', () => {
  test.for(CASES)('$id $server, $protocol: $cause', async (it, { expect }) => {
    const { check, logIns, conclusion } = await verify(it);
    expect(it.codes).toContain(codeOf(check));
    const shown = check.status === 'failed' ? (check.serverText ?? '') : '';
    expect(shown).toContain(it.keeps ?? '');
    for (let at = 0; at + 8 <= PASSWORD.length; at += 1) {
      expect(shown).not.toContain(PASSWORD.slice(at, at + 8));
    }
    // A code that was just made is tried again only where it was called wrong, and nothing else.
    const mayBeTooNew = check.status === 'failed' && check.code === 'AUTH_INVALID' && !check.reason;
    if (!mayBeTooNew) expect(logIns).toBeLessThanOrEqual(1);
    // Nobody hears the name of a provider that was not asked.
    if (!it.provider?.startsWith('microsoft')) {
      expect(['BASIC_AUTH_RETIRED', 'AUTH_AMBIGUOUS']).not.toContain(conclusion.advice?.code);
    }
  });
});
