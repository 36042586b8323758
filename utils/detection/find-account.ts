import type { WatchedPage } from '../../providers/registry/page-script.ts';
import type { Certainty } from './judge.ts';
import { visibleText } from './shape.ts';

/** In the words of a capture: `account` says how sure the address is. */
export interface FoundAccount {
  email: string;
  account: Certainty;
}

/** From the beginning of a word on only: else each of its letters would be tried, as far as the word goes. */
const ADDRESS =
  /(?<![\p{L}\p{N}.!#$%&*+/=?^_`{|}~-])[\p{L}\p{N}.!#$%&*+/=?^_`{|}~-]+@[\p{L}\p{N}.-]+\.[\p{L}\p{N}-]+/gu;

/** Those that have a line for themselves, brackets aside: `Help: support@example.com` is not the account. */
const alone = (text: string): string[] =>
  text.split('\n').flatMap((line) => {
    const [address, another] = line.match(ADDRESS) ?? [];
    const isAlone = address && !another && /^[\s()<>]*$/.test(line.replace(address, ''));
    return isAlone ? [address] : [];
  });

/**
 * Whose account the page is, from the places the provider is known to say it, or `undefined`.
 *
 * A place that may hold other addresses too (examples, recovery addresses) is only a suggestion, and only when it
 * names exactly one.
 */
export function findAccount(document: Document, page: WatchedPage): FoundAccount | undefined {
  for (const { selector, attribute, certain } of page.account) {
    const labels = [...document.querySelectorAll(selector)].map((element) =>
      attribute ? (element.getAttribute(attribute) ?? '') : textIn(element),
    );
    const addresses = labels
      .map(visibleText)
      .map((label) => (certain ? (label.match(ADDRESS) ?? []) : alone(label)));
    if (certain) {
      // A person's name can hold brackets and even an address; the account's own comes last.
      const own = addresses.map((inLabel) => inLabel.at(-1)).find(Boolean);
      if (own) return { email: own, account: 'certain' };
    } else {
      const distinct = new Set(addresses.flat().map((address) => address.toLowerCase()));
      if (distinct.size === 1) return { email: addresses.flat()[0] as string, account: 'likely' };
    }
  }
  return undefined;
}

/** The texts within, a line each, so that a name and an address side by side don't grow together. */
function textIn(element: Element): string {
  const walker = element.ownerDocument.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let text = '';
  while (walker.nextNode()) text += `${(walker.currentNode as Text).data}\n`;
  return text;
}
