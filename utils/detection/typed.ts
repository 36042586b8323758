import { compact } from './shape.ts';
import { type Field, isElement, isField } from './tree.ts';

/** Beyond so many characters it is no code, white space and all. */
const MOST = 100;
const EDITABLE = ':is(input, textarea):read-write:not([type=password])';

/** A page may repeat it in another form. */
const plain = (text: string): string =>
  compact(text)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');

export interface Typed {
  /** Something was typed or pasted. The page's own doing is not trusted, and what goes into a password field not read. */
  note: (event: Event) => void;
  /** What stands now where the user can type: whoever put it there, the page may repeat it. */
  noteAll: () => void;
  add: (text: string) => void;
  /** @param code without white space */
  has: (code: string) => boolean;
}

/** What the user typed on a page, and what else is known to be no code just made. */
export function typedIn(document: Document): Typed {
  const texts = new Set<string>();
  const add = (text: string): void => {
    if (text.length < MOST) texts.add(plain(text));
  };
  const noteAll = (): void => {
    for (const { value } of document.querySelectorAll<Field>(EDITABLE)) add(value);
  };
  return {
    add,
    noteAll,
    note: (event) => {
      // The field itself, also inside a shadow root.
      const [target] = event.composedPath() as Node[];
      if (!event.isTrusted || !target || !isElement(target) || (target as Field).type === 'password') return;
      add(isField(target) ? target.value : (target.textContent ?? ''));
    },
    has: (code) => texts.has(plain(code)),
  };
}
