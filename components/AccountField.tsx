import { useId, useState } from 'preact/hooks';
import { isEmail } from '../utils/captures/view.ts';
import { t } from '../utils/i18n.ts';

interface Props {
  email: string;
  label: string;
  hint: string;
  action: string;
  /** Every change, so that nothing typed is lost when the popup closes. */
  onEdit?: (email: string) => void;
  onConfirm: (email: string) => void;
}

/** The mailbox's address, to be checked or entered, and confirmed. */
export function AccountField({ email, label, hint, action, onEdit, onConfirm }: Props) {
  const id = useId();
  const [typed, setTyped] = useState(email);
  const [complained, setComplained] = useState(false);
  const wrong = complained && !isEmail(typed.trim());
  return (
    <form
      class="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (isEmail(typed.trim())) onConfirm(typed.trim());
        else setComplained(true);
      }}
    >
      <div class="stack tight">
        <label for={id}>{label}</label>
        <input
          id={id}
          type="email"
          dir="ltr"
          autocomplete="off"
          spellcheck={false}
          value={typed}
          aria-invalid={wrong}
          aria-describedby={`${id}-hint`}
          onInput={({ currentTarget }) => {
            setTyped(currentTarget.value);
            onEdit?.(currentTarget.value);
          }}
        />
        <p id={`${id}-hint`} class={wrong ? 'error' : 'hint'} role={wrong ? 'alert' : undefined}>
          {wrong ? t('account_invalid') : hint}
        </p>
      </div>
      <button type="submit" class="primary">
        {action}
      </button>
    </form>
  );
}
