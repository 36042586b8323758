import { formOf, lengthsOf } from '../../providers/registry/code-form.ts';
import type { CodeShape } from '../../providers/registry/types.ts';
import { compact, readCode, visibleText } from '../detection/shape.ts';
import { isMasked } from '../detection/word-like.ts';

/** Why a text is hardly an app password. The words are in `_locales`. */
export type PasteProblem =
  | 'empty'
  | 'masked'
  | 'address'
  | 'too_long'
  | 'account_password'
  | 'too_short'
  | 'too_many';

export interface Pasted {
  /** As it would be used. Not there when nothing can be made of the text. */
  code?: string;
  problem?: PasteProblem;
}

const MOST = 64;

/**
 * Reads a text that the user pasted or selected as an app password.
 *
 * White space is no part of any known provider's codes. Of an unknown provider's it can be, inside.
 *
 * @param shape of the provider's codes; absent where it is not known, or where there are none
 */
export function readPasted(text: string, shape?: CodeShape): Pasted {
  const code = shape ? compact(text) : visibleText(text).trim();
  if (code === '') return { problem: 'empty' };
  if (isLikeAddress(code)) return { problem: 'address' };
  if (/^[•●∙*·]+$/.test(code) || (code.length > 5 && /^(.)\1+$/.test(code))) return { problem: 'masked' };
  if (code.length > MOST || /[\r\n]/.test(code)) return { problem: 'too_long' };
  if (!shape) return { code };

  const complete = withSeparators(code, shape);
  if (readCode([complete], formOf(shape)))
    return isMasked(complete) ? { problem: 'masked' } : { code: complete };
  const [fewest, most] = lengthsOf(shape);
  const letters = shape.separator ? code.replaceAll(shape.separator, '') : code;
  if (!new RegExp(`^[${shape.alphabet}]*$`).test(letters)) return { code, problem: 'account_password' };
  if (letters.length < fewest) return { code, problem: 'too_short' };
  return { code, problem: letters.length > most ? 'too_many' : 'account_password' };
}

/** Without blanks, something before an @, and a dot amid what follows. */
function isLikeAddress(text: string): boolean {
  const at = text.lastIndexOf('@');
  const dot = text.lastIndexOf('.');
  return at > 0 && dot > at + 1 && dot < text.length - 1 && !/\s/.test(text);
}

/** People leave out the hyphens that belong to a code. */
function withSeparators(code: string, { separator, group }: CodeShape): string {
  if (!separator || !group || code.includes(separator)) return code;
  return (code.match(new RegExp(`.{1,${group}}`, 'g')) ?? []).join(separator);
}
