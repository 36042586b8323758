import { inspect } from 'node:util';

/**
 * A mailbox's password while it is in memory. It can be opened by name only: printing, logging, serialising or
 * concatenating it gives a placeholder.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  open(): string {
    return this.#value;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}
