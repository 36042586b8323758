import { useId, useState } from 'preact/hooks';
import { lengthsOf } from '../providers/registry/code-form.ts';
import type { CodeShape, ProviderGuide } from '../providers/registry/types.ts';
import { type PasteProblem, readPasted } from '../utils/captures/pasted.ts';
import { OTHER } from '../utils/captures/view.ts';
import { t } from '../utils/i18n.ts';

interface Props {
  guides: ReadonlyMap<string, ProviderGuide>;
  /** How a provider's codes look; nothing where that is not known. */
  shapeOf: (provider: string) => CodeShape | undefined;
  /** Which provider's page is in front, or the text was selected on. */
  provider?: string | undefined;
  /** A text that was selected and is no app password, to be told why. */
  text?: string | undefined;
  onHold: (provider: string, text: string, insist: boolean) => void;
}

/** For when a code was not seen: it is pasted here, checked, and held like any other. */
export function PasteBox({ guides, shapeOf, provider: first = OTHER, text = '', onHold }: Props) {
  const id = useId();
  const [provider, setProvider] = useState(first);
  const [typed, setTyped] = useState(text);
  const [complained, setComplained] = useState(text !== '');
  const guide = guides.get(provider);
  const shape = shapeOf(provider);
  const { code, problem } = readPasted(typed, shape);
  const wrong = complained ? problem : undefined;
  const sorted = [...guides].filter(([, { opensWith }]) => opensWith !== 'nothing').sort(byName);
  return (
    <form
      class="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (problem) setComplained(true);
        else onHold(provider, typed, false);
      }}
    >
      <div class="stack tight">
        <label for={`${id}-provider`}>{t('paste_provider')}</label>
        <select
          id={`${id}-provider`}
          value={provider}
          onChange={({ currentTarget }) => setProvider(currentTarget.value)}
        >
          <option value={OTHER}>{t('paste_other_provider')}</option>
          {sorted.map(([key, { name }]) => (
            <option key={key} value={key}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <div class="stack tight">
        <label for={id}>{t(guide?.opensWith ? 'paste_mailbox_password' : 'code_label')}</label>
        <input
          id={id}
          // A password field would have the browser offer to keep it. Nobody behind the user is to read it either.
          type="text"
          class="masked"
          dir="ltr"
          autocomplete="off"
          spellcheck={false}
          value={typed}
          aria-invalid={wrong !== undefined}
          aria-describedby={`${id}-hint`}
          onInput={({ currentTarget }) => {
            setTyped(currentTarget.value);
            setComplained(false);
          }}
        />
        <p id={`${id}-hint`} class={wrong ? 'error' : 'hint'} role={wrong ? 'alert' : undefined}>
          {wrong ? problemText(wrong, code, guide, shape) : t('paste_hint')}
        </p>
      </div>
      <div class="row">
        <button type="submit" class="primary grow">
          {t('paste_hold')}
        </button>
        {wrong && code && (
          <button type="button" onClick={() => onHold(provider, typed, true)}>
            {t('paste_insist')}
          </button>
        )}
      </div>
    </form>
  );
}

const byName = ([, a]: [string, ProviderGuide], [, b]: [string, ProviderGuide]): number =>
  a.name.localeCompare(b.name);

function problemText(
  problem: PasteProblem,
  code: string | undefined,
  guide: ProviderGuide | undefined,
  shape: CodeShape | undefined,
): string {
  const [fewest, most] = shape ? lengthsOf(shape) : [0, 0];
  const length = fewest === most ? String(fewest) : `${fewest}–${most}`;
  const letters = String((code ?? '').replaceAll(shape?.separator ?? '\0', '').length);
  return t(`paste_${problem}`, guide?.name ?? '', length, letters);
}
