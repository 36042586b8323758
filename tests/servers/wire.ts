import type { Socket } from 'node:net';
import { createSecureContext, type SecureContextOptions, TLSSocket } from 'node:tls';

/** The server's end of a connection that speaks in lines, in the clear or over TLS. */
export class Wire {
  #socket: Socket;
  #received = '';
  #over = false;
  #wake = (): void => {};

  constructor(socket: Socket) {
    // An answer of two writes would else be held back until the client's system acknowledges the first.
    this.#socket = socket.setNoDelay();
    this.#listen();
  }

  /** Goes over to TLS. Resolves with the host name the client asked for; without a handshake the wire is over. */
  async secure(certificate: SecureContextOptions): Promise<string> {
    const plain = this.#socket.removeAllListeners('data').removeAllListeners('close');
    const socket = new TLSSocket(plain, { isServer: true, secureContext: createSecureContext(certificate) });
    this.#socket = socket;
    // What came in the clear beforehand must not count as said under TLS.
    this.#received = '';
    this.#listen();
    await new Promise<void>((resolve) => {
      socket.once('secure', resolve);
      socket.once('close', () => resolve());
    });
    return typeof socket.servername === 'string' ? socket.servername : '';
  }

  /** The next line without its end; undefined when the other side is gone. */
  async line(): Promise<string | undefined> {
    for (;;) {
      const end = this.#received.indexOf('\r\n');
      if (end >= 0) {
        const line = this.#received.slice(0, end);
        this.#received = this.#received.slice(end + 2);
        return line;
      }
      if (this.#over) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  send(...lines: readonly string[]): void {
    if (this.#socket.writable) this.#socket.write(lines.map((line) => `${line}\r\n`).join(''));
  }

  /** As they are. */
  sendBytes(bytes: Buffer): void {
    if (this.#socket.writable) this.#socket.write(bytes);
  }

  /** Closes politely, after what was sent. */
  end(): void {
    this.#socket.end();
  }

  /** Cuts the line. */
  drop(): void {
    this.#socket.destroy();
  }

  #listen(): void {
    this.#socket.on('data', (chunk: Buffer) => {
      this.#received += chunk.toString('latin1');
      this.#wake();
    });
    this.#socket.on('close', () => {
      this.#over = true;
      this.#wake();
    });
    // Clients under test hang up in the middle; `close` follows.
    this.#socket.on('error', () => {});
  }
}
