import { useId, useState } from 'preact/hooks';
import { t } from '../../utils/i18n.ts';
import type { Settings } from '../../utils/settings.ts';

/** Saves at once what is chosen, and says so. */
export function useSaving(onChange: (changed: Partial<Settings>) => Promise<void>) {
  const [isSaved, setSaved] = useState(false);
  const save = (changed: Partial<Settings>): void => void onChange(changed).then(() => setSaved(true));
  return { isSaved, save };
}

export const Saved = ({ isSaved }: { isSaved: boolean }) => (
  <p class="hint saved" role="status">
    {isSaved && t('options_saved')}
  </p>
);

interface ToggleProps {
  label: string;
  hint?: string;
  checked: boolean;
  /** The organisation has decided it. */
  isLocked?: boolean;
  onToggle: (on: boolean) => void;
}

export function Toggle({ label, hint, checked, isLocked = false, onToggle }: ToggleProps) {
  const id = useId();
  const said = isLocked ? t('policy_locked') : hint;
  return (
    <div class="stack tight">
      <label class="choice">
        <input
          type="checkbox"
          checked={checked}
          disabled={isLocked}
          aria-describedby={said ? id : undefined}
          onChange={({ currentTarget }) => onToggle(currentTarget.checked)}
        />
        {label}
      </label>
      {said && (
        <p id={id} class="hint">
          {said}
        </p>
      )}
    </div>
  );
}

interface ChoicesProps<Value extends string> {
  name: string;
  value: Value;
  options: readonly (readonly [value: Value, label: string])[];
  onChoose: (value: Value) => void;
}

export function Choices<Value extends string>({ name, value, options, onChoose }: ChoicesProps<Value>) {
  return options.map(([option, label]) => (
    <label key={option} class="choice">
      <input
        type="radio"
        name={name}
        value={option}
        checked={option === value}
        onChange={() => onChoose(option)}
      />
      {label}
    </label>
  ));
}

interface FieldProps {
  id: string;
  type: 'url' | 'password';
  label: string;
  hint: string;
  error: string;
  value: string;
  isLocked?: boolean;
  onInput: (value: string) => void;
}

export function Field({ id, type, label, hint, error, value, isLocked = false, onInput }: FieldProps) {
  return (
    <div class="stack tight">
      <label for={id}>{label}</label>
      <input
        id={id}
        // Preact's types know each kind of input by itself, but not a union of two.
        type={type as 'url'}
        dir="ltr"
        autocomplete="off"
        spellcheck={false}
        value={value}
        readOnly={isLocked}
        aria-invalid={error !== ''}
        aria-describedby={`${id}-hint`}
        onInput={({ currentTarget }) => onInput(currentTarget.value)}
      />
      <p id={`${id}-hint`} class={error ? 'error' : 'hint'} role={error ? 'alert' : undefined}>
        {error || (isLocked ? t('policy_locked') : hint)}
      </p>
    </div>
  );
}
