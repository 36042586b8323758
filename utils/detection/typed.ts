import { compact } from './shape.ts';
import { type Field, isField } from './visible.ts';

const MOST = 500;
const EDITABLE = ':is(input, textarea):read-write:not([type=password])';

/** What the user typed on a page, and what else stands where the user can type. None of it is a code shown. */
export class Typed {
  private texts: string[] = [];
  private readonly document: Document;

  constructor(document: Document) {
    this.document = document;
  }

  /** Something was typed or pasted. The page's own doing is not trusted, and what goes into a password field not read. */
  note(event: Event): void {
    // The field itself, also inside a shadow root.
    const [target] = event.composedPath() as Node[];
    if (!event.isTrusted || !target || !isField(target) || target.type === 'password') return;
    this.texts = [...this.texts, compact(target.value)].slice(-MOST);
  }

  /** @param code without white space */
  has(code: string): boolean {
    // Typed before anyone watched, or put back by the browser.
    const fields = [...this.document.querySelectorAll<Field>(EDITABLE)];
    return this.texts.includes(code) || fields.some(({ value }) => compact(value) === code);
  }
}
