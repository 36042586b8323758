import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { type AnsweringMailServer, startAnsweringMailServer } from '../servers/answering-mail-server.ts';
import { freePorts } from '../servers/daemon.ts';
import { Onboarding } from './onboarding.ts';

const PASSWORD = 'abcdefghijklmnop';
const EMAIL = 'test.person@gmail.com';

let onboarding: Onboarding;

afterEach(() => onboarding?.stop());

async function start(environment: Record<string, string>): Promise<void> {
  onboarding = await Onboarding.start(async () => [], environment);
  onboarding.mail.accounts.set(EMAIL, { password: PASSWORD, outcome: { imap: 'imap-off' } });
}

test('what it did is counted, at a port of its own, without saying for whom', async () => {
  const [port] = await freePorts(1);
  await start({ ONBOARDING_METRICS_PORT: String(port) });
  const { id } = await onboarding.handIn(EMAIL, PASSWORD);
  await onboarding.finished(id);
  const read = async (): Promise<string> => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  // A verdict is told before its job is put away.
  await vi.waitFor(async () => expect(await read()).toContain('onboarding_verifications_running 0'));
  const text = await read();
  expect(text).toContain('onboarding_verifications_total{provider="google",verdict="partial"} 1');
  expect(text).toMatch(/onboarding_log_in_seconds_count\{protocol="sending",provider="google",code="ok"\} 1/);
  expect(text).toMatch(
    /onboarding_log_in_seconds_count\{protocol="receiving",provider="google",code="IMAP_DISABLED"\} 1/,
  );
  expect(text).toMatch(
    /onboarding_request_seconds_count\{method="PUT",route="\/v1\/connections\/:id",status="202"\} 1/,
  );
  expect(text).not.toContain(EMAIL);
  expect(text).not.toContain(id);
  // Not where the world is let in.
  expect((await onboarding.call('GET', '/metrics')).status).toBe(404);
});

test('a mail server that refuses the backend itself is told to its operator', async () => {
  const [port] = await freePorts(1);
  const refusal = '550 5.7.1 Service unavailable; client [192.0.2.1] blocked using zen.spamhaus.org';
  let server: AnsweringMailServer | undefined;
  onboarding = await Onboarding.start(
    async (pki) => {
      server = await startAnsweringMailServer(
        { protocol: 'smtp', stage: 'greeting', say: [refusal] },
        await pki.certificateFor(['mail.test']),
      );
      return [`mail.test:465=127.0.0.1:${server.port}`];
    },
    { ONBOARDING_METRICS_PORT: String(port) },
  );
  const servers = {
    imap: { host: 'imap.gmail.com', port: 993, security: 'tls' },
    smtp: { host: 'mail.test', port: 465, security: 'tls' },
  } as const;
  const { id } = await onboarding.handIn('test.person@mail.test', PASSWORD, { provider: 'other', servers });
  const { checks } = await onboarding.finished(id);
  expect(checks.sending).toMatchObject({ code: 'UNREACHABLE_REFUSED', reason: 'BACKEND_BLOCKED' });
  await vi.waitFor(() => {
    const lines = onboarding.backend.log().split('\n');
    const told = lines.find((line) => line.includes('a mail server refuses this backend')) ?? '{}';
    expect(JSON.parse(told)).toMatchObject({ id, host: 'mail.test', port: 465 });
  });
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  expect(text).toContain('onboarding_backend_refused_total 1');
  await server?.stop();
});

test('a provider that somebody made up is counted as another one', async () => {
  const [port] = await freePorts(1);
  await start({ ONBOARDING_METRICS_PORT: String(port) });
  const server = { host: 'imap.gmail.com', port: 993, security: 'tls' } as const;
  const servers = { imap: server, smtp: { ...server, host: 'smtp.gmail.com', port: 465 } };
  for (const provider of ['made-up-1', 'made-up-2']) {
    const email = `test.${provider}@company.example`;
    await onboarding.finished((await onboarding.handIn(email, PASSWORD, { provider, servers })).id);
  }
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  expect(text).toContain('onboarding_verifications_total{provider="other",verdict="rejected"} 2');
  expect(text).not.toContain('made-up');
});

test('who did what is in the log, in lines of their own', async () => {
  await start({});
  const { id } = await onboarding.handIn(EMAIL, PASSWORD);
  await onboarding.finished(id);
  await onboarding.call('POST', `/v1/connections/${id}/verify`);
  await onboarding.finished(id);
  await onboarding.call('DELETE', `/v1/connections/${id}`);
  const audit = () =>
    onboarding.backend
      .log()
      .split('\n')
      .flatMap((line) => (line.includes('"audit":true') ? [JSON.parse(line)] : []));
  await vi.waitFor(() => expect(audit()).toHaveLength(5));
  const facts = { workspace: 'default', id };
  const asked = { ...facts, requestId: expect.any(String), from: '127.0.0.1' };
  const verified = {
    ...facts,
    msg: 'verified',
    verdict: 'partial',
    receiving: 'IMAP_DISABLED',
    sending: 'ok',
  };
  expect(audit()).toMatchObject([
    { ...asked, msg: 'connection accepted', provider: 'google', attempt: 1 },
    { ...verified, attempt: 1 },
    { ...asked, msg: 'connection verified again', attempt: 2 },
    { ...verified, attempt: 2 },
    { ...asked, msg: 'connection forgotten' },
  ]);
  expect(onboarding.backend.log()).not.toContain(EMAIL);
});

test('where it was asked to, it sends traces of requests and verifications, and nothing secret in them', async () => {
  const sent: string[] = [];
  const collector = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    sent.push(`${request.url} ${Buffer.concat(chunks).toString()}`);
    response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const { port } = collector.address() as AddressInfo;
  await start({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` });
  const { id } = await onboarding.handIn(EMAIL, PASSWORD);
  await onboarding.finished(id);
  // It sends what is left before it stops.
  await onboarding.backend.stop();
  const all = sent.join('\n');
  expect(all).toContain('/v1/traces');
  for (const word of ['PUT /v1/connections/:id', 'verify', 'IMAP_DISABLED', 'onboarding-backend', id]) {
    expect(all).toContain(word);
  }
  expect(all).not.toContain(EMAIL);
  expect(all).not.toContain(PASSWORD);
  collector.close();
  await onboarding.startBackend();
});
