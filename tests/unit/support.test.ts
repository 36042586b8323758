import { expect, test } from 'vitest';
import type { CaptureView } from '../../utils/captures/view.ts';
import { masked, supportText } from '../../utils/support.ts';

test('support gets what happened, and neither the code nor the whole address', () => {
  const capture = {
    provider: 'google',
    email: 'test.person@gmail.com',
    state: 'failed',
    tries: 0,
    password: 'qwertyuiopasdfgh',
    connection: {
      id: 'an-id',
      verdict: 'partial',
      attempt: 2,
      requestId: 'a-request',
      advice: { code: 'IMAP_DISABLED' },
      checks: {
        receiving: {
          status: 'failed',
          host: 'imap.gmail.com',
          port: 993,
          ms: 12,
          stage: 'auth',
          code: 'IMAP_DISABLED',
          retryable: true,
          serverText: 'NO [ALERT] off',
        },
        sending: { status: 'ok', host: 'smtp.gmail.com', port: 465, ms: 34 },
      },
    },
  } as unknown as CaptureView;
  const text = supportText(capture, '1.2.3', new Date(0));
  expect(text.split('\n')).toEqual([
    'Mailbox Connect: 1.2.3',
    'time: 1970-01-01T00:00:00.000Z',
    'provider: google',
    'mailbox: t…@gmail.com',
    'state: failed',
    'verdict: partial',
    'advice: IMAP_DISABLED',
    'attempt: 2',
    'receiving: IMAP_DISABLED (auth), imap.gmail.com:993 in 12 ms: NO [ALERT] off',
    'sending: ok, smtp.gmail.com:465 in 34 ms',
    'connection: an-id',
    'request: a-request',
  ]);
  expect(masked('a@b.example')).toBe('a…@b.example');
});
