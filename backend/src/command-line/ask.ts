import { text } from 'node:stream/consumers';
import { Secret } from '../../../utils/secret.ts';

/** Somebody pressed Ctrl-C. */
export class Cancelled extends Error {}

/** What arrows, the pasting of terminals and the like send, which is no part of what is typed. */
const SEQUENCE = /\u001b(\[[\d;]*[A-Za-z~]|O.|.)?/g;

/**
 * Asks for a secret without showing it, on stderr, so that stdout has the answer alone. Where no terminal is connected the
 * first line of stdin is taken.
 * @throws Cancelled
 */
export async function askSecret(question: string): Promise<Secret> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY) return new Secret((await text(stdin)).split(/\r?\n/)[0] ?? '');
  stdin.setEncoding('utf8').setRawMode(true).resume();
  // Not before nothing is echoed any more.
  stderr.write(question);
  try {
    return new Secret(await typed());
  } finally {
    stdin.setRawMode(false).pause();
    stderr.write('\n');
  }
}

function typed(): Promise<string> {
  const { stdin } = process;
  return new Promise((resolve, reject) => {
    let line = '';
    const done = (): void => resolve(line);
    const read = (chunk: string): void => {
      for (const key of chunk.replace(SEQUENCE, '')) {
        if (key === '\u0003') reject(new Cancelled());
        else if (key === '\r' || key === '\n' || key === '\u0004') done();
        // Backspace, as either kind of terminal sends it, and Ctrl-U.
        else if (key === '\u007f' || key === '\b') line = line.slice(0, -1);
        else if (key === '\u0015') line = '';
        else if (key >= ' ') line += key;
      }
    };
    stdin.on('data', read).once('end', done);
  });
}
