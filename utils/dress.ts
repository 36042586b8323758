import { direction, languageTag, type MessageKey, speak, t, wordsOf } from './i18n.ts';
import type { Settings } from './settings.ts';

/**
 * Gives one of the extension's own pages its language, direction and theme.
 * @param title of the page, before the name of the extension
 */
export async function dress(
  { theme, language }: Pick<Settings, 'theme' | 'language'>,
  title?: MessageKey,
): Promise<void> {
  if (language !== spoken) speak(await wordsOf(language));
  spoken = language;
  const { documentElement: root } = document;
  root.lang = languageTag();
  root.dir = direction();
  root.style.colorScheme = theme === 'system' ? '' : theme;
  document.title = title === undefined ? t('extension_name') : `${t(title)} – ${t('extension_name')}`;
}
let spoken = '';
