import { setTimeout as passed } from 'node:timers/promises';
import type { SecureContext } from 'node:tls';
import type { MailServer } from '../../../providers/registry/types.ts';
import type { Check, Code } from '../../../utils/onboarding/contract.ts';
import type { Attempt, FailureKind } from './attempt.ts';
import { classify, isRetryable } from './classify.ts';
import { reach, secureContextWith } from './connect.ts';
import { findDestination, type Network } from './destination.ts';
import { type LogIn, tryImap } from './imap.ts';
import type { Mailbox, Place } from './mailbox.ts';
import { scrub } from './scrub.ts';
import { trySmtp } from './smtp.ts';

/**
 * So many log-ins at most does one protocol take. Second tries are data of the providers' (`otherwise`, `login`), of which
 * Zoho's are the most, eight; this bounds what nobody has thought of.
 */
const MOST_LOG_INS = 10;

/**
 * A code that was just made may not be known to all of a provider's servers yet, which then call it wrong: it is tried
 * again after so long, and so long after that, in ms. No provider publishes a figure. This is what somebody who waits for an
 * answer may be asked for.
 */
const SETTLING_MS = [2000, 5000];

/** No more waiting that leaves less time than this for the log-in after it, in ms. */
const ENOUGH_MS = 1000;

export interface VerifierOptions {
  network: Network;
  /** A certificate authority to trust beside the well-known ones, PEM. */
  ca?: string;
  /** The longest one protocol may take, in ms, whatever the servers do. */
  timeoutMs: number;
  /** The longest that a wrong-password answer to a new code is not believed, in ms; 0 believes it at once. */
  settleMs: number;
  /** Resolves after so many ms. */
  wait?: (ms: number) => Promise<unknown>;
}

export class Verifier {
  readonly #options: VerifierOptions;
  readonly #tls: SecureContext;

  constructor(options: VerifierOptions) {
    this.#options = options;
    this.#tls = secureContextWith(options.ca);
  }

  /** Tries both protocols at once and calls back with each result as it comes. Never rejects for a mailbox's sake. */
  async verify(
    mailbox: Mailbox,
    finished: (protocol: 'receiving' | 'sending', check: Check) => Promise<void>,
  ): Promise<[receiving: Check, sending: Check]> {
    const run = async (
      direction: 'receiving' | 'sending',
      protocol: 'imap' | 'smtp',
      logIn: (how: LogIn) => Promise<Attempt>,
    ): Promise<Check> => {
      const check = await this.#check(mailbox, protocol, logIn);
      await finished(direction, check);
      return check;
    };
    return Promise.all([run('receiving', 'imap', tryImap), run('sending', 'smtp', trySmtp)]);
  }

  async #check(
    { password, ...ways }: Mailbox,
    protocol: 'imap' | 'smtp',
    logIn: (how: LogIn) => Promise<Attempt>,
  ): Promise<Check> {
    const { places, dialect, settlesWithinMs, wantsId } = ways[protocol];
    const { timeoutMs, settleMs, wait = passed } = this.#options;
    const signal = AbortSignal.timeout(timeoutMs);
    const started = performance.now();
    let tries = 0;

    const tryServer = async (server: MailServer, user: string): Promise<Attempt> => {
      const { security } = server;
      const destination = await findDestination(server, this.#options.network, signal);
      if ('ok' in destination) return destination;
      const socket = await reach(destination, security, this.#tls, signal);
      if ('ok' in socket) return socket;
      const { name } = destination;
      const prefersSasl = dialect === 'microsoft';
      return logIn({ socket, name, security, user, password, tls: this.#tls, signal, wantsId, prefersSasl });
    };

    /** Its servers in turn, as long as none can be spoken to. */
    const tryAt = async ({ servers, user }: Place): Promise<Told> => {
      let told: Told | undefined;
      for (const server of servers) {
        const attempt = await tryServer(server, user);
        if (attempt.ok || attempt.stage === 'auth') tries += 1;
        const code = attempt.ok ? undefined : classify(attempt, dialect, server.host);
        const wasReached = attempt.ok || !UNREACHED.has(attempt.kind) || attempt.stage === 'auth';
        // The first failure is the one to tell, unless a later server was the first that could be spoken to.
        if (!told || wasReached) told = { attempt, code, server, user, wasReached };
        if (wasReached || signal.aborted) break;
      }
      return told as Told;
    };

    const [likeliest, ...others] = places;
    let told = await tryAt(likeliest as Place);
    /** Some place could be asked that has not said anything about the password. */
    let isOpen = false;
    if (saysWrong(told)) {
      for (const place of others) {
        const answer = signal.aborted || tries >= MOST_LOG_INS ? undefined : await tryAt(place);
        if (answer && saysWrong(answer)) continue;
        if (answer?.code === 'UNREACHABLE_DNS') continue;
        const knowsTheMailbox = answer?.wasReached && !IN_A_BAD_MOMENT.has(answer.code as Code);
        if (answer && knowsTheMailbox) told = answer;
        else isOpen ||= place.user === told.user;
        // One that throttles is not the place to go on from.
        if (!answer || answer.wasReached) break;
      }
    }
    // Once all have been asked, and where it would be settled first.
    const patience = Math.min(settlesWithinMs, settleMs);
    let waited = 0;
    for (const ms of SETTLING_MS) {
      if (told.code !== 'AUTH_INVALID' || isOpen || tries >= MOST_LOG_INS) break;
      const isLate = performance.now() - started + ms + ENOUGH_MS > timeoutMs;
      if (waited + ms > patience || isLate) break;
      await wait(ms);
      waited += ms;
      const answer = await tryAt(likeliest as Place);
      // What our own second try has brought about explains nothing.
      if (!answer.wasReached || IN_A_BAD_MOMENT.has(answer.code as Code)) break;
      told = answer;
    }
    const { attempt, server, user } = told;
    const place = {
      host: server.host,
      port: server.port,
      ms: Math.round(performance.now() - started),
      ...(tries > 1 ? { tries } : {}),
    };
    if (attempt.ok) return { status: 'ok', ...place };
    const code = saysWrong(told) ? (isOpen ? 'WRONG_HOST' : 'AUTH_INVALID') : (told.code as Code);
    const serverText = attempt.kind === 'answer' ? scrub(attempt.text, password, user) : undefined;
    return {
      status: 'failed',
      ...place,
      stage: attempt.stage,
      code,
      retryable: isRetryable(code),
      ...(serverText ? { serverText } : {}),
    };
  }
}

/** What one place has to say. */
interface Told {
  attempt: Attempt;
  code: Code | undefined;
  server: MailServer;
  user: string;
  /** The server could be spoken to, for better or worse. */
  wasReached: boolean;
}

/** Ways of not reaching a server, after which another one of the same account is tried. */
const UNREACHED: ReadonlySet<FailureKind> = new Set<FailureKind>(['dns', 'refused', 'timeout', 'dropped']);

/** Answers that say nothing about the mailbox. */
const IN_A_BAD_MOMENT: ReadonlySet<Code> = new Set<Code>([
  'TEMPORARY',
  'TOO_MANY_ATTEMPTS',
  'UNREACHABLE_TLS',
]);

/** After these words the mailbox may still be somewhere else, or known by another name. */
const saysWrong = ({ code }: Told): boolean => code === 'AUTH_INVALID' || code === 'WRONG_HOST';
