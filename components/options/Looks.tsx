import { LANGUAGES, t } from '../../utils/i18n.ts';
import type { Settings } from '../../utils/settings.ts';
import { Choices, Saved, useSaving } from './fields.tsx';

interface Props {
  saved: Settings;
  onChange: (changed: Partial<Settings>) => Promise<void>;
}

const THEMES = ['system', 'light', 'dark'] as const;

/** Theme and language. */
export function Looks({ saved, onChange }: Props) {
  const { isSaved, save } = useSaving(onChange);
  return (
    <fieldset class="stack">
      <legend>{t('options_looks')}</legend>
      <div class="row" role="radiogroup" aria-label={t('options_theme')}>
        <Choices
          name="theme"
          value={saved.theme}
          options={THEMES.map((theme) => [theme, t(`options_theme_${theme}`)])}
          onChoose={(theme) => save({ theme })}
        />
      </div>
      <div class="stack tight">
        <label for="language">{t('options_language')}</label>
        <select id="language" onChange={({ currentTarget }) => save({ language: currentTarget.value })}>
          <option value="" selected={saved.language === ''}>
            {t('options_language_browser')}
          </option>
          {LANGUAGES.map((language) => (
            <option key={language} value={language} selected={language === saved.language}>
              {ownName(language)}
            </option>
          ))}
        </select>
      </div>
      <Saved isSaved={isSaved} />
    </fieldset>
  );
}

/** What a language calls itself. */
function ownName(language: string): string {
  const tag = language.replace('_', '-');
  return new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? tag;
}
