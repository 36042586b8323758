import { useState } from 'preact/hooks';
import { t } from '../utils/i18n.ts';
import { parseAddress } from '../utils/onboarding/client.ts';
import type { Fault } from '../utils/onboarding/fault.ts';
import type { Settings } from '../utils/settings.ts';
import { FaultBanner } from './FaultBanner.tsx';

interface Props {
  saved: Settings;
  /** Saves the backend and says who we are there, or what is wrong. */
  onBackend: (address: string, token: string) => Promise<{ workspace: string } | { fault: Fault }>;
  onChange: (changed: Partial<Settings>) => Promise<void>;
  /** A mark of the backend's key, once it is known. */
  keyMark?: string | undefined;
  onLeave: (everything: boolean) => Promise<void>;
}

export function Options({ saved, onBackend, onChange, keyMark, onLeave }: Props) {
  return (
    <main class="stack">
      <h1>{t('options_title')}</h1>
      <BackendForm address={saved.address} token={saved.token} keyMark={keyMark} onBackend={onBackend} />
      <AnnounceForm announce={saved.announce} onChange={onChange} />
      <HoldForm holdMinutes={saved.holdMinutes} keepSealed={saved.keepSealed} onChange={onChange} />
      <LeaveForm onLeave={onLeave} />
    </main>
  );
}

type Outcome =
  | { is: 'testing' }
  | { is: 'wrong'; field: 'address' | 'token'; words: string }
  | { is: 'ok'; workspace: string }
  | { is: 'fault'; fault: Fault };

function BackendForm({
  onBackend,
  keyMark,
  ...saved
}: Pick<Props, 'onBackend' | 'keyMark'> & { address: string; token: string }) {
  const [address, setAddress] = useState(saved.address);
  const [token, setToken] = useState(saved.token);
  const [outcome, setOutcome] = useState<Outcome>();
  const wrong = (field: 'address' | 'token') =>
    outcome?.is === 'wrong' && outcome.field === field ? outcome.words : '';

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const parsed = parseAddress(address);
    if ('wrong' in parsed) {
      setOutcome({ is: 'wrong', field: 'address', words: t(`options_address_${parsed.wrong}`) });
      return;
    }
    if (token.trim() === '') {
      setOutcome({ is: 'wrong', field: 'token', words: t('options_token_empty') });
      return;
    }
    setAddress(parsed.origin);
    setToken(token.trim());
    setOutcome({ is: 'testing' });
    const result = await onBackend(parsed.origin, token.trim());
    setOutcome('workspace' in result ? { is: 'ok', ...result } : { is: 'fault', ...result });
  };

  return (
    <form noValidate onSubmit={(event) => void submit(event)}>
      <fieldset class="stack">
        <legend>{t('options_backend')}</legend>
        <Field
          id="address"
          type="url"
          label={t('options_address')}
          hint={t('options_address_hint')}
          error={wrong('address')}
          value={address}
          onInput={setAddress}
        />
        <Field
          id="token"
          type="password"
          label={t('options_token')}
          hint={t('options_token_hint')}
          error={wrong('token')}
          value={token}
          onInput={setToken}
        />
        <div>
          <button type="submit" class="primary" disabled={outcome?.is === 'testing'}>
            {t(outcome?.is === 'testing' ? 'options_testing' : 'options_test')}
          </button>
        </div>
        {outcome?.is === 'ok' && (
          <p class="banner ok" role="status">
            {t('options_ok', outcome.workspace)}
          </p>
        )}
        {outcome?.is === 'fault' && <FaultBanner fault={outcome.fault} />}
        {keyMark && <p class="hint">{t('options_key', keyMark)}</p>}
      </fieldset>
    </form>
  );
}

interface FieldProps {
  id: string;
  type: 'url' | 'password';
  label: string;
  hint: string;
  error: string;
  value: string;
  onInput: (value: string) => void;
}

function Field({ id, type, label, hint, error, value, onInput }: FieldProps) {
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
        aria-invalid={error !== ''}
        aria-describedby={`${id}-hint`}
        onInput={({ currentTarget }) => onInput(currentTarget.value)}
      />
      <p id={`${id}-hint`} class={error ? 'error' : 'hint'} role={error ? 'alert' : undefined}>
        {error || hint}
      </p>
    </div>
  );
}

const WAYS = ['popup', 'notice', 'badge'] as const;

function AnnounceForm({ announce, onChange }: Pick<Props, 'onChange'> & Pick<Settings, 'announce'>) {
  const [isSaved, setSaved] = useState(false);
  return (
    <fieldset>
      <legend>{t('options_announce')}</legend>
      {WAYS.map((way) => (
        <label key={way} class="choice">
          <input
            type="radio"
            name="announce"
            value={way}
            defaultChecked={way === announce}
            onChange={() => void onChange({ announce: way }).then(() => setSaved(true))}
          />
          {t(`options_announce_${way}`)}
        </label>
      ))}
      <Saved isSaved={isSaved} />
    </fieldset>
  );
}

const MINUTES = [2, 5, 10, 30, 60];

function HoldForm({
  holdMinutes,
  keepSealed,
  onChange,
}: Pick<Props, 'onChange'> & Pick<Settings, 'holdMinutes' | 'keepSealed'>) {
  const [isSaved, setSaved] = useState(false);
  const save = (changed: Partial<Settings>): void => void onChange(changed).then(() => setSaved(true));
  return (
    <fieldset class="stack">
      <legend>{t('options_hold')}</legend>
      <div class="stack tight">
        <label for="hold">{t('options_hold_minutes')}</label>
        <select
          id="hold"
          defaultValue={String(holdMinutes)}
          onChange={({ currentTarget }) => save({ holdMinutes: Number(currentTarget.value) })}
        >
          {/* Another one can have been set by hand. */}
          {[...new Set([...MINUTES, holdMinutes])]
            .sort((a, b) => a - b)
            .map((minutes) => (
              <option key={minutes} value={minutes} selected={minutes === holdMinutes}>
                {t('options_minutes', String(minutes))}
              </option>
            ))}
        </select>
      </div>
      <div class="stack tight">
        <label class="choice">
          <input
            type="checkbox"
            aria-describedby="keep-hint"
            defaultChecked={keepSealed}
            onChange={({ currentTarget }) => save({ keepSealed: currentTarget.checked })}
          />
          {t('options_keep_sealed')}
        </label>
        <p id="keep-hint" class="hint">
          {t('options_keep_sealed_hint')}
        </p>
      </div>
      <Saved isSaved={isSaved} />
    </fieldset>
  );
}

const Saved = ({ isSaved }: { isSaved: boolean }) => (
  <p class="hint" role="status">
    {isSaved && t('options_saved')}
  </p>
);

function LeaveForm({ onLeave }: Pick<Props, 'onLeave'>) {
  return (
    <fieldset class="stack">
      <legend>{t('options_leave')}</legend>
      <Leaving name="sign_out" onSure={() => onLeave(false)} />
      <Leaving name="forget_everything" onSure={() => onLeave(true)} />
    </fieldset>
  );
}

/** Asked once more: what is forgotten can't be brought back. */
function Leaving({ name, onSure }: { name: 'sign_out' | 'forget_everything'; onSure: () => Promise<void> }) {
  const [step, setStep] = useState<'offered' | 'asked'>('offered');
  const hint = `${name}-hint`;
  return (
    <div class="stack tight">
      <p id={hint} class="hint">
        {t(`${name}_hint`)}
      </p>
      {step === 'offered' ? (
        <div>
          <button type="button" aria-describedby={hint} onClick={() => setStep('asked')}>
            {t(name)}
          </button>
        </div>
      ) : (
        <div class="row">
          <button type="button" class="danger" aria-describedby={hint} onClick={() => void onSure()}>
            {t('leave_sure')}
          </button>
          <button type="button" onClick={() => setStep('offered')}>
            {t('cancel')}
          </button>
        </div>
      )}
    </div>
  );
}
