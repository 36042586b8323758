import { setTimeout as passed } from 'node:timers/promises';
import type { SecureContext } from 'node:tls';
import type { MailServer } from '../../../providers/registry/types.ts';
import type { Check, Code } from '../../../utils/onboarding/contract.ts';
import { type Attempt, type FailureKind, failure } from './attempt.ts';
import { classify, isRetryable, type Meaning } from './classify.ts';
import { reach, secureContextWith } from './connect.ts';
import { findDestination, type Network } from './destination.ts';
import { tryImap } from './imap.ts';
import type { Mailbox, Place } from './mailbox.ts';
import { scrub } from './scrub.ts';
import type { LogIn } from './session.ts';
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

/** The longest wait for a greeting where there is another server to try, in ms. Some wait on purpose, for up to 20 s. */
const GREETING_MS = 20_000;

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
    { password, email, ...ways }: Mailbox,
    protocol: 'imap' | 'smtp',
    logIn: (how: LogIn) => Promise<Attempt>,
  ): Promise<Check> {
    const { places, usual, dialect, settlesWithinMs, wantsId } = ways[protocol];
    const { timeoutMs, settleMs, wait = passed } = this.#options;
    const signal = AbortSignal.timeout(timeoutMs);
    const started = performance.now();
    const elapsed = (): number => performance.now() - started;
    let tries = 0;

    const tryServer = async (server: MailServer, user: string, isLast: boolean): Promise<Attempt> => {
      const { security } = server;
      const destination = await findDestination(server, this.#options.network, signal);
      if ('ok' in destination) return destination;
      const socket = await reach(destination, security, this.#tls, signal);
      if ('ok' in socket) return socket;
      const { name } = destination;
      const prefersSasl = dialect === 'microsoft';
      return logIn({
        socket,
        name,
        security,
        user,
        password,
        email,
        tls: this.#tls,
        signal,
        greetingMs: isLast ? timeoutMs : GREETING_MS,
        wantsId,
        prefersSasl,
      });
    };

    /** Its servers in turn, as long as none can be spoken to. */
    const tryAt = async ({ servers, user }: Place): Promise<Told> => {
      let told: Told | undefined;
      for (const server of servers) {
        const attempt = await tryServer(server, user, server === servers.at(-1));
        if (attempt.ok || attempt.stage === 'auth') tries += 1;
        const meaning = attempt.ok ? undefined : classify(attempt, { protocol, dialect, host: server.host });
        const wasReached = attempt.ok || !UNREACHED.has(attempt.kind) || attempt.stage === 'auth';
        // The first failure is the one to tell, unless a later server was the first that could be spoken to.
        if (!told || wasReached) told = { attempt, meaning, server, user, wasReached };
        if (wasReached || signal.aborted) break;
      }
      return told ?? { ...NO_SERVER, user };
    };

    const [likeliest = { servers: [], user: '' }, ...others] = places;
    const mayGoOn = (): boolean => !signal.aborted && tries < MOST_LOG_INS;
    let { told, isOpen } = await elsewhere(await tryAt(likeliest), others, tryAt, mayGoOn);
    // Once all have been asked, and where it would be settled first.
    const patience = Math.min(settlesWithinMs, settleMs);
    let waited = 0;
    for (const ms of SETTLING_MS) {
      if (!mayBeTooNew(told) || isOpen || !mayGoOn()) break;
      waited += ms;
      if (waited > patience || elapsed() + ms + ENOUGH_MS > timeoutMs) break;
      await wait(ms);
      const answer = await tryAt(likeliest);
      // What our own second try has brought about explains nothing.
      if (!saysSomething(answer)) break;
      told = answer;
    }

    const { attempt, server, user } = told;
    const place = {
      host: server.host,
      port: server.port,
      ms: Math.round(elapsed()),
      ...(tries > 1 ? { tries } : {}),
    };
    if (attempt.ok || !told.meaning) {
      return { status: 'ok', ...place, ...(user === usual ? {} : { login: user }) };
    }
    const meaning: Meaning = saysWrong(told) && isOpen ? { code: 'WRONG_HOST' } : told.meaning;
    const serverText = attempt.kind === 'answer' ? scrub(attempt.text, password, user) : undefined;
    return {
      status: 'failed',
      ...place,
      stage: attempt.stage,
      ...meaning,
      retryable: isRetryable(meaning),
      ...(serverText ? { serverText } : {}),
    };
  }
}

/** What one place has to say. */
interface Told {
  attempt: Attempt;
  /** Undefined when nothing speaks against the mailbox. */
  meaning: Meaning | undefined;
  server: MailServer;
  user: string;
  /** The server could be spoken to, for better or worse. */
  wasReached: boolean;
}

/**
 * Goes on from a place that calls the password wrong to the others, until one knows the mailbox.
 * @returns what is to be believed, and whether some place could be asked that has said nothing about the password
 */
async function elsewhere(
  told: Told,
  others: readonly Place[],
  tryAt: (place: Place) => Promise<Told>,
  mayGoOn: () => boolean,
): Promise<{ told: Told; isOpen: boolean }> {
  if (!saysWrong(told)) return { told, isOpen: false };
  let isOpen = false;
  for (const place of others) {
    // Of another user name at the same server it is not said that its host is wrong.
    const couldBeThere = place.user === told.user;
    if (!mayGoOn()) return { told, isOpen: isOpen || couldBeThere };
    const answer = await tryAt(place);
    if (saysWrong(answer) || answer.meaning?.code === 'UNREACHABLE_DNS') continue;
    if (saysSomething(answer)) return { told: answer, isOpen: false };
    isOpen ||= couldBeThere;
    // One that throttles is not the place to go on from.
    if (answer.wasReached) break;
  }
  return { told, isOpen };
}

/** Ways of not reaching a server, after which another one of the same account is tried. */
const UNREACHED: ReadonlySet<FailureKind> = new Set<FailureKind>(['dns', 'refused', 'timeout', 'dropped']);

/** Answers, and the lack of one, that say nothing about the mailbox. */
const SAYS_NOTHING: ReadonlySet<Code> = new Set<Code>([
  'TEMPORARY',
  'TOO_MANY_ATTEMPTS',
  'UNREACHABLE_TLS',
  'UNREACHABLE_TIMEOUT',
]);
const saysSomething = ({ wasReached, meaning }: Told): boolean =>
  wasReached && !(meaning && SAYS_NOTHING.has(meaning.code));

/** Where nobody has named any, and none is known. */
const NO_SERVER = {
  attempt: failure('dns', 'dns', 'No server is known'),
  meaning: { code: 'UNREACHABLE_DNS' },
  server: { host: '', port: 0, security: 'tls' },
  wasReached: false,
} as const;

/** After these words the mailbox may still be somewhere else, or known by another name. */
const saysWrong = ({ meaning }: Told): boolean =>
  meaning?.code === 'AUTH_INVALID' || meaning?.code === 'WRONG_HOST';

/** Words that are also said of a code that not all of a provider's servers know yet. An expired one is no new one. */
const mayBeTooNew = ({ meaning }: Told): boolean => meaning?.code === 'AUTH_INVALID' && !meaning.reason;
