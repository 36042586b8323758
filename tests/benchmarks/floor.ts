import { connect, type SecureContext, type TLSSocket } from 'node:tls';

// The fewest round trips in which a mailbox's password can be tried: what no verification can be faster than.

interface Place {
  port: number;
  tls: SecureContext;
}

/** IMAP over TLS: connection, handshake, greeting, `AUTHENTICATE` with its answer at once, `EXAMINE`. Five round trips. */
export const floorImap = (place: Place, user: string, password: string): Promise<void> =>
  converse(place, 'imap.gmail.com', [
    [/^\* OK .*\r\n/, `a AUTHENTICATE PLAIN ${plain(user, password)}\r\n`],
    [/^a OK .*\r\n/m, 'b EXAMINE INBOX\r\n'],
    [/^b OK .*\r\n/m, undefined],
  ]);

/** SMTP over TLS: connection, handshake, greeting, `EHLO`, `AUTH` with its answer at once, `MAIL FROM`. Six round trips. */
export const floorSmtp = (place: Place, user: string, password: string): Promise<void> =>
  converse(place, 'smtp.gmail.com', [
    [/^220 .*\r\n/, 'EHLO floor.test\r\n'],
    [/^250 .*\r\n/m, `AUTH PLAIN ${plain(user, password)}\r\n`],
    [/^235 .*\r\n/m, `MAIL FROM:<${user}>\r\nRSET\r\n`],
    [/^250 .*\r\n/m, undefined],
  ]);

const plain = (user: string, password: string): string =>
  Buffer.from(`\0${user}\0${password}`).toString('base64');

/** Says each line once what comes before it has arrived, and leaves without a farewell. */
function converse(
  { port, tls }: Place,
  servername: string,
  script: [expected: RegExp, answer: string | undefined][],
): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: TLSSocket = connect({ port, host: '127.0.0.1', servername, secureContext: tls });
    let heard = '';
    let step = 0;
    socket.setNoDelay(true).on('error', reject);
    socket.on('data', (data) => {
      heard += data;
      const [expected, answer] = script[step] as [RegExp, string | undefined];
      if (!expected.test(heard)) return;
      heard = '';
      step += 1;
      if (answer !== undefined) return void socket.write(answer);
      resolve();
      socket.destroy();
    });
    socket.on('close', () => reject(new Error(`broke off after ${heard}`)));
  });
}
