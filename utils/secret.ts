/**
 * A password while it is in memory. It can be opened by name only: printing, logging, serialising or concatenating it
 * gives a placeholder, and a structured clone of it is empty.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The password itself. Each caller is a place to look at when asking where it goes. */
  open(): string {
    return this.#value;
  }

  equals(other: Secret | undefined): boolean {
    return other !== undefined && other.#value === this.#value;
  }

  toString(): string {
    return PLACEHOLDER;
  }

  toJSON(): string {
    return PLACEHOLDER;
  }

  /** What Node prints. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return PLACEHOLDER;
  }
}

const PLACEHOLDER = '[secret]';
