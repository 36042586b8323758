import { browser } from 'wxt/browser';
import type en from '../public/_locales/en/messages.json';

export type MessageKey = keyof typeof en;

/** The words for a key in the browser's language, with `$1`, `$2` … filled in. */
export const t = (key: MessageKey, ...substitutions: string[]): string =>
  browser.i18n.getMessage(key, substitutions);

/** Writing direction of the language that is shown. Stands in the locale, since browsers disagree about theirs. */
export const direction = (): 'ltr' | 'rtl' => t('direction') as 'ltr' | 'rtl';
