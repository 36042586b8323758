import { useState } from 'preact/hooks';
import { t } from '../../utils/i18n.ts';
import type { Account } from '../../utils/onboarding/accounts.ts';
import { parseAddress } from '../../utils/onboarding/client.ts';
import type { Connected, Connectors } from '../../utils/onboarding/connectors.ts';
import type { Fault } from '../../utils/onboarding/fault.ts';
import { isBackendAllowed, type Policy } from '../../utils/policy.ts';
import { connectedAs } from '../connected-as.ts';
import { FaultBanner } from '../FaultBanner.tsx';
import { Field } from './fields.tsx';
import { Leaving } from './Leaving.tsx';

export interface WorkspacesProps extends Connectors {
  accounts: readonly Account[];
  current: string | undefined;
  /** Marks of their backends' keys, by account. */
  keyMarks: ReadonlyMap<string, string>;
  /** Where to sign in, unless another address is entered. */
  address: string;
  policy: Policy;
  onUse: (account: string) => void;
  onSignOut: (account: string) => Promise<void>;
}

/** The workspaces that codes are sent to, and the ways to connect one. */
export function Workspaces(props: WorkspacesProps) {
  const { accounts, current, keyMarks, onUse, onSignOut } = props;
  return (
    <fieldset class="stack">
      <legend>{t('options_workspaces')}</legend>
      {accounts.length > 0 && (
        <ul class="stack accounts">
          {accounts.map((account) => (
            <li key={account.id} class="card stack tight">
              <label class="choice">
                <input
                  type="radio"
                  name="workspace"
                  checked={account.id === current}
                  onChange={() => onUse(account.id)}
                />
                <span class="stack tight">
                  <strong>
                    {account.met
                      ? connectedAs(account.met.workspace.name, account.met.workspace.user)
                      : t('options_not_reached')}
                  </strong>
                  <bdi class="hint">{new URL(account.address).host}</bdi>
                </span>
              </label>
              {keyMarks.has(account.id) && (
                <p class="hint">{t('options_key', keyMarks.get(account.id) ?? '')}</p>
              )}
              {account.met?.otherKeys && <FaultBanner fault={{ code: 'key_changed' }} />}
              {!isBackendAllowed(props.policy, account.address) && (
                <FaultBanner fault={{ code: 'backend_not_allowed' }} />
              )}
              <Leaving name="sign_out" onSure={() => onSignOut(account.id)} />
            </li>
          ))}
        </ul>
      )}
      <Connect {...props} />
    </fieldset>
  );
}

type Outcome =
  | { is: 'busy' }
  | { is: 'wrong'; field: 'address' | 'token'; words: string }
  | { is: 'ok'; workspace: string }
  | { is: 'given-up' }
  | { is: 'fault'; fault: Fault };

/** Signs in, or takes an access token that was given out. */
export function Connect({
  accounts,
  address: first,
  policy,
  onSignIn,
  onToken,
}: Pick<WorkspacesProps, 'accounts' | 'address' | 'policy' | 'onSignIn' | 'onToken'>) {
  const [address, setAddress] = useState(first);
  const [token, setToken] = useState('');
  const [outcome, setOutcome] = useState<Outcome>();
  const isLocked = policy.backendAddress !== undefined;
  const wrong = (field: 'address' | 'token') =>
    outcome?.is === 'wrong' && outcome.field === field ? outcome.words : '';

  const connect = async (how: (origin: string) => Promise<Connected>): Promise<void> => {
    const parsed = parseAddress(address);
    if ('wrong' in parsed) {
      setOutcome({ is: 'wrong', field: 'address', words: t(`options_address_${parsed.wrong}`) });
      return;
    }
    setAddress(parsed.origin);
    setOutcome({ is: 'busy' });
    const result = await how(parsed.origin);
    if (!result) setOutcome({ is: 'given-up' });
    else setOutcome('workspace' in result ? { is: 'ok', ...result } : { is: 'fault', ...result });
  };
  const useToken = async (event: Event): Promise<void> => {
    event.preventDefault();
    const given = token.trim();
    if (given === '') setOutcome({ is: 'wrong', field: 'token', words: t('options_token_empty') });
    else await connect((origin) => onToken(origin, given));
  };
  const isBusy = outcome?.is === 'busy';

  return (
    <div class="stack">
      <div>
        <button
          type="button"
          class={accounts.length > 0 ? '' : 'primary'}
          disabled={isBusy}
          onClick={() => void connect(onSignIn)}
        >
          {t(accounts.length > 0 ? 'sign_in_another' : 'sign_in')}
        </button>
      </div>
      {outcome?.is === 'ok' && (
        <p class="banner ok" role="status">
          {t('options_ok', outcome.workspace)}
        </p>
      )}
      {outcome?.is === 'given-up' && (
        <p class="banner" role="status">
          {t('sign_in_given_up')}
        </p>
      )}
      {outcome?.is === 'fault' && <FaultBanner fault={outcome.fault} />}
      <details open={outcome?.is === 'wrong' || outcome?.is === 'fault' || undefined}>
        <summary>{t('options_backend')}</summary>
        <form class="stack" noValidate onSubmit={(event) => void useToken(event)}>
          <Field
            id="address"
            type="url"
            label={t('options_address')}
            hint={t('options_address_hint')}
            error={wrong('address')}
            value={address}
            isLocked={isLocked}
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
            <button type="submit" disabled={isBusy}>
              {t(isBusy ? 'options_testing' : 'options_test')}
            </button>
          </div>
        </form>
      </details>
    </div>
  );
}
