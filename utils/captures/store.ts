import * as z from 'zod/mini';
import { stored } from '../stored.ts';
import { Capture } from './capture.ts';

const byId = z.record(z.string(), Capture);

/** Every capture, in the browser's memory; trusted contexts only. */
export const captures = stored('session', 'captures', byId, {});

/**
 * What was sent and is not verified yet, on disk, so that it survives the browser: sealed passwords only, and after
 * the backend has accepted one not even that. What could not be sealed in time is there without, so that its user is told.
 */
export const outbox = stored('local', 'outbox', byId, {});

/** The worker's captures: read at once, written in order. Nobody else writes them. */
export class CaptureStore {
  #captures = new Map<string, Capture>();
  #writing: Promise<void> = Promise.resolve();
  /** Resolves when what was there before this worker started is here. Nothing may be read or changed earlier. */
  readonly ready: Promise<void>;

  constructor() {
    this.ready = this.#load();
  }

  async #load(): Promise<void> {
    const [inMemory, onDisk] = await Promise.all([captures.read(), outbox.read()]);
    // After a restart of the browser its memory is empty, and the outbox is all there is.
    this.#captures = new Map(Object.entries({ ...onDisk, ...inMemory }));
  }

  all(): Capture[] {
    return [...this.#captures.values()];
  }

  get(id: string): Capture | undefined {
    return this.#captures.get(id);
  }

  /** Changes one, or removes it. Resolves when it is written. */
  set(id: string, capture: Capture | undefined): Promise<void> {
    if (capture) this.#captures.set(id, capture);
    else this.#captures.delete(id);
    // One after the other, and each writes all there is, so that no older state comes last. A failed write must not
    // keep the next from being tried.
    this.#writing = this.#writing.catch(() => {}).then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    const all = this.all();
    const sent = all.flatMap((capture) => asOnDisk(capture) ?? []);
    await outbox.write(Object.fromEntries(sent.map((capture) => [capture.id, capture])));
    await captures.write(Object.fromEntries(all.map((capture) => [capture.id, capture])));
  }
}

/** What a browser that was killed finds of a capture when it starts again; `undefined` when that is nothing. */
export function asOnDisk(capture: Capture): Capture | undefined {
  const { password: _, tabId: __, visit: ___, ...rest } = capture;
  return belongsOnDisk(capture) ? rest : undefined;
}

const belongsOnDisk = ({ private: fromPrivateWindow, state }: Capture): boolean =>
  !fromPrivateWindow && (state === 'queued' || state === 'verifying' || state === 'failed');
