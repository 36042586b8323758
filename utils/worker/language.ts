import { speak, wordsOf } from '../i18n.ts';
import { settings } from '../settings.ts';

let speaking: Promise<void> = Promise.resolve();

/** The worker's own words (badge, menu) are in the language of the settings from now on. */
export function speakChosenLanguage(): Promise<void> {
  speaking = settings
    .read()
    .then(({ language }) => wordsOf(language))
    .then(speak);
  return speaking;
}

/** Resolves when the words are there. */
export const languageIsSpoken = (): Promise<void> => speaking;
