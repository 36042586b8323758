import { browser } from 'wxt/browser';
import type en from '../public/_locales/en/messages.json';
import { fillIn } from './fill-in.ts';

export type MessageKey = keyof typeof en;
/** Texts that depend on a number stand as `…_one`, `…_other` and whatever else a language has. */
export type PluralKey = BaseOf<MessageKey>;
type BaseOf<Key> = Key extends `${infer Base}_other`
  ? `${Base}_one` extends MessageKey
    ? Base
    : never
  : never;

/** Another language's texts, where one was chosen in the settings. */
export type Words = Record<string, { message: string }>;
let chosen: Words | undefined;

/** The languages there are texts in, as their folders in `_locales` are called. */
export const LANGUAGES = [
  'en',
  'ar',
  'de',
  'es',
  'fr',
  'he',
  'hi',
  'it',
  'ja',
  'ko',
  'nl',
  'pl',
  'pt_BR',
  'ru',
  'tr',
  'uk',
  'zh_CN',
] as const;

/** The texts of a language; nothing for the browser's own, which needs none. */
export async function wordsOf(language: string): Promise<Words | undefined> {
  if (!LANGUAGES.includes(language as (typeof LANGUAGES)[number])) return undefined;
  const file = await fetch(browser.runtime.getURL(`/_locales/${language}/messages.json` as '/'));
  return (await file.json()) as Words;
}

/** Says everything in these words from now on. */
export function speak(words: Words | undefined): void {
  chosen = words;
}

/** The words for a key in the browser's language, or the chosen one, with `$1`, `$2` … filled in. */
export const t = (key: MessageKey, ...substitutions: string[]): string => say(key, substitutions) ?? '';

/** The words for so many of something: `$1` is the number, and `$2` … the substitutions. */
export function plural(key: PluralKey, count: number, ...substitutions: string[]): string {
  const language = languageTag();
  const given = [new Intl.NumberFormat(language).format(count), ...substitutions];
  const category = new Intl.PluralRules(language).select(count);
  return say(`${key}_${category}`, given) ?? say(`${key}_other`, given) ?? '';
}

/** Of the texts that are shown, which need not be the browser's: there may be none in its language. */
export const languageTag = (): string => t('language_tag');

/** Writing direction of the language that is shown. Stands in the locale, since browsers disagree about theirs. */
export const direction = (): 'ltr' | 'rtl' => t('direction') as 'ltr' | 'rtl';

function say(key: string, substitutions: string[]): string | undefined {
  if (!chosen) return browser.i18n.getMessage(key as MessageKey, substitutions) || undefined;
  const words = chosen[key];
  return words && fillIn(words.message, substitutions);
}
