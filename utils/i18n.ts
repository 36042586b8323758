import { browser } from 'wxt/browser';
import type en from '../public/_locales/en/messages.json';

export type MessageKey = keyof typeof en;

/** The words for a key in the browser's language, with `$1`, `$2` … filled in. */
export const t = (key: MessageKey, ...substitutions: string[]): string =>
  browser.i18n.getMessage(key, substitutions);

/** Texts that depend on a number, without the ending that says on which. */
export type PluralKey = {
  [K in MessageKey]: K extends `${infer Stem}_other` ? Stem : never;
}[MessageKey];

/** The words for a number of things, which stands in them as `$1`; `$2` … are the others. */
export function plural(key: PluralKey, count: number, ...substitutions: string[]): string {
  const language = browser.i18n.getUILanguage();
  const number = new Intl.NumberFormat(language).format(count);
  const form = `${key}_${new Intl.PluralRules(language).select(count)}` as MessageKey;
  // No language has a text for every form it knows.
  return t(form, number, ...substitutions) || t(`${key}_other`, number, ...substitutions);
}

/** Writing direction of the language that is shown. Stands in the locale, since browsers disagree about theirs. */
export const direction = (): 'ltr' | 'rtl' => t('direction') as 'ltr' | 'rtl';
