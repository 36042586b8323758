import * as z from 'zod/mini';
import { stored } from '../stored.ts';
import { Capture } from './capture.ts';
import { type CaptureView, survives, viewsOf } from './view.ts';

/** Every capture, in the browser's memory; trusted contexts only. The one place where a password is written down. */
export const captures = stored('session', 'captures', z.record(z.string(), Capture), {});

/**
 * What was sent, on disk, so that it survives the browser, and its user learns how it ended: sealed passwords only, and
 * after the backend has accepted one not even that. What could not be sealed in time is there without.
 */
const outbox = stored('disk', 'outbox', z.record(z.string(), z.omit(Capture, { password: true })), {});

/** Set while what was sent can't be written to disk, because the browser gives no more room. In memory. */
export const diskFull = stored('session', 'diskFull', z.boolean(), false);

/** A success that nobody has put away is shown so long, in ms. */
const VERIFIED_SHOWN = 24 * 3_600_000;

/** The worker's captures: read at once, written in order. Nobody else writes them. */
export class CaptureStore {
  #captures = new Map<string, Capture>();
  /** Of what is there now; built once for each change. */
  #views: readonly CaptureView[] | undefined;
  #writing: Promise<void> = Promise.resolve();
  #isDiskFull = false;
  /** What was last written to disk. Time that is counted changes nothing there. */
  #onDisk: string | undefined;
  /** Resolves when what was there before this worker started is here. Nothing may be read or changed earlier. */
  readonly ready: Promise<void>;

  constructor() {
    this.ready = this.#load();
  }

  async #load(): Promise<void> {
    const [inMemory, onDisk] = await Promise.all([captures.read(), outbox.read()]);
    // After a restart of the browser its memory is empty, and the outbox is all there is.
    const left = Object.entries(onDisk).map(([id, capture]): [string, Capture] => [id, fromDisk(capture)]);
    const all = Object.entries({ ...Object.fromEntries(left), ...inMemory });
    const since = Date.now() - VERIFIED_SHOWN;
    this.#captures = new Map(
      all.filter(([, { state, capturedAt }]) => state !== 'verified' || capturedAt > since),
    );
    // Where the views look for them.
    if (Object.keys(onDisk).some((id) => !(id in inMemory)))
      await captures.write(Object.fromEntries(this.#captures));
  }

  all(): Capture[] {
    return [...this.#captures.values()];
  }

  /** What there is to show, the most urgent first. */
  views(): readonly CaptureView[] {
    this.#views ??= viewsOf(this.all());
    return this.#views;
  }

  get(id: string): Capture | undefined {
    return this.#captures.get(id);
  }

  /**
   * Changes one, or removes it. Resolves when it is written.
   * @throws Error when the browser's memory does not take it. It is here all the same, and written with the next change
   */
  set(id: string, capture: Capture | undefined): Promise<void> {
    if (capture) this.#captures.set(id, capture);
    else this.#captures.delete(id);
    this.#views = undefined;
    return this.#written();
  }

  /** Removes all there is. */
  clear(): Promise<void> {
    this.#captures.clear();
    this.#views = undefined;
    return this.#written();
  }

  #written(): Promise<void> {
    // One after the other, and each writes all there is, so that no older state comes last. A failed write must not
    // keep the next from being tried.
    this.#writing = this.#writing.catch(() => {}).then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    const all = this.all();
    const sent = all.flatMap((capture) => asOnDisk(capture) ?? []);
    const text = JSON.stringify(sent);
    // On disk first: what the user is told is on its way must be so. A full disk keeps nothing from memory.
    const isFull =
      text !== this.#onDisk &&
      (await outbox.write(Object.fromEntries(sent.map((capture) => [capture.id, capture]))).then(
        () => false,
        () => true,
      ));
    this.#onDisk = isFull ? undefined : text;
    await captures.write(Object.fromEntries(all.map((capture) => [capture.id, capture])));
    if (isFull !== this.#isDiskFull) await diskFull.write(isFull);
    this.#isDiskFull = isFull;
  }
}

/** What a browser that was killed finds of a capture when it starts again; `undefined` when that is nothing. */
export function asOnDisk(capture: Capture): Omit<Capture, 'password'> | undefined {
  const {
    password: _,
    tabId: __,
    visit: ___,
    left: ____,
    countedAt: _____,
    whole: ______,
    ...rest
  } = capture;
  return belongsOnDisk(capture) ? rest : undefined;
}

function belongsOnDisk(capture: Capture): boolean {
  if (capture.private) return false;
  // Of what was never sent nothing is to be left, unless its user wants it. What came back has a fault.
  if (capture.state === 'held') return survives(capture) || capture.fault !== undefined;
  return capture.fault?.code !== 'expired';
}

/** What it is when nothing but this is left: of a code that was sent, came back and is gone, its user is told. */
export function fromDisk(capture: Omit<Capture, 'password'>): Capture {
  const isGone = capture.state === 'held' && capture.sealed === undefined;
  return isGone ? { ...capture, state: 'failed', fault: { code: 'code_gone' } } : capture;
}
