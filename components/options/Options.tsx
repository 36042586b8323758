import { useState } from 'preact/hooks';
import type { ProviderGuide } from '../../providers/registry/types.ts';
import { plural, t } from '../../utils/i18n.ts';
import type { Policy } from '../../utils/policy.ts';
import type { Settings } from '../../utils/settings.ts';
import { Choices, Saved, Toggle, useSaving } from './fields.tsx';
import { Leaving } from './Leaving.tsx';
import { Looks } from './Looks.tsx';
import { Workspaces, type WorkspacesProps } from './Workspaces.tsx';

interface Props extends WorkspacesProps {
  saved: Settings;
  policy: Policy;
  /** Names of policies that make no sense. */
  ignoredPolicies: readonly string[];
  /** Those whose pages are watched, or were, by id. */
  watched: ReadonlyMap<string, ProviderGuide>;
  /** Hosts that the browser has to be asked for first, by provider. */
  toAsk: ReadonlyMap<string, readonly string[]>;
  /** The keyboard's commands, and the keys they have now. */
  commands: readonly { name: string; keys: string }[];
  onChange: (changed: Partial<Settings>) => Promise<void>;
  /** Asks the browser for these hosts, as part of the click. */
  onAllow: (provider: string, origins: readonly string[]) => Promise<boolean>;
  /** Gives a provider's hosts back to the browser. */
  onGiveBack: (provider: string) => void;
  onForgetEverything: () => Promise<void>;
  openHistory: () => void;
  openKeys: () => void;
  openWelcome: () => void;
  /** What the extension knows of its own state, without secrets, as a file. */
  onDiagnostics: () => void;
}

export function Options(props: Props) {
  const { saved, policy, ignoredPolicies, commands, onChange } = props;
  return (
    <main class="stack">
      <h1>{t('options_title')}</h1>
      {ignoredPolicies.length > 0 && (
        <p class="banner warn" role="alert">
          {t('policy_ignored', ignoredPolicies.join(', '))}
        </p>
      )}
      <Workspaces {...props} />
      <Announce saved={saved} policy={policy} onChange={onChange} />
      <Hold saved={saved} policy={policy} onChange={onChange} />
      <Providers {...props} />
      <History saved={saved} policy={policy} onChange={onChange} openHistory={props.openHistory} />
      <Looks saved={saved} onChange={onChange} />
      <Keys commands={commands} openKeys={props.openKeys} />
      <fieldset class="stack">
        <legend>{t('options_more')}</legend>
        <div class="row">
          <button type="button" onClick={props.openWelcome}>
            {t('options_welcome')}
          </button>
          <button type="button" onClick={props.onDiagnostics}>
            {t('options_diagnostics')}
          </button>
        </div>
        <p class="hint">{t('options_diagnostics_hint')}</p>
        <Leaving name="forget_everything" onSure={props.onForgetEverything} />
      </fieldset>
    </main>
  );
}

const WAYS = ['popup', 'notice', 'badge'] as const;

type Part = Pick<Props, 'saved' | 'onChange'>;

function Announce({ saved, policy, onChange }: Part & Pick<Props, 'policy'>) {
  const { isSaved, save } = useSaving(onChange);
  return (
    <fieldset class="stack tight">
      <legend>{t('options_announce')}</legend>
      <Choices
        name="announce"
        value={saved.announce}
        options={WAYS.filter((way) => way !== 'notice' || saved.notice).map((way) => [
          way,
          t(`options_announce_${way}`),
        ])}
        onChoose={(announce) => save({ announce })}
      />
      <Toggle
        label={t('options_notice')}
        checked={saved.notice}
        isLocked={policy.disableNotice === true}
        onToggle={(notice) =>
          save({ notice, ...(notice || saved.announce !== 'notice' ? {} : { announce: 'popup' }) })
        }
      />
      <Saved isSaved={isSaved} />
    </fieldset>
  );
}

const MINUTES = [2, 5, 10, 30, 60];

function Hold({ saved, policy, onChange }: Part & Pick<Props, 'policy'>) {
  const { isSaved, save } = useSaving(onChange);
  const { holdMinutes } = saved;
  const isLocked = policy.holdMinutes !== undefined;
  return (
    <fieldset class="stack">
      <legend>{t('options_hold')}</legend>
      <div class="stack tight">
        <label for="hold">{t('options_hold_minutes')}</label>
        <select
          id="hold"
          disabled={isLocked}
          aria-describedby={isLocked ? 'hold-locked' : undefined}
          onChange={({ currentTarget }) => save({ holdMinutes: Number(currentTarget.value) })}
        >
          {/* Another one can have been set by hand. */}
          {[...new Set([...MINUTES, holdMinutes])]
            .sort((a, b) => a - b)
            .map((minutes) => (
              <option key={minutes} value={minutes} selected={minutes === holdMinutes}>
                {plural('options_minutes', minutes)}
              </option>
            ))}
        </select>
        {isLocked && (
          <p id="hold-locked" class="hint">
            {t('policy_locked')}
          </p>
        )}
      </div>
      <Toggle
        label={t('options_keep_sealed')}
        hint={t('options_keep_sealed_hint')}
        checked={saved.keepSealed}
        onToggle={(keepSealed) => save({ keepSealed })}
      />
      <Saved isSaved={isSaved} />
    </fieldset>
  );
}

function Providers({
  saved,
  watched,
  toAsk,
  onChange,
  onAllow,
  onGiveBack,
}: Part & Pick<Props, 'watched' | 'toAsk' | 'onAllow' | 'onGiveBack'>) {
  const { isSaved, save } = useSaving(onChange);
  const [, redraw] = useState(0);
  const off = new Set(saved.providersOff);
  const switched = (id: string, on: boolean): string[] => [
    ...[...off].filter((other) => other !== id),
    ...(on ? [] : [id]),
  ];
  const isKeptOut = (id: string): boolean => (toAsk.get(id) ?? []).length > 0;
  const toggle = async (id: string, on: boolean): Promise<void> => {
    const origins = toAsk.get(id) ?? [];
    // Where the browser has said no, the switch goes back.
    if (on && origins.length > 0 && !(await onAllow(id, origins))) return redraw((times) => times + 1);
    save({ providersOff: switched(id, on) });
    if (!on) onGiveBack(id);
  };
  return (
    <fieldset class="stack tight">
      <legend>{t('options_providers')}</legend>
      <p class="hint">{t('options_providers_hint')}</p>
      <div class="columns">
        {[...watched].map(([id, { name }]) => (
          <Toggle
            key={id}
            label={name}
            checked={!off.has(id) && !isKeptOut(id)}
            {...(!off.has(id) && isKeptOut(id) ? { hint: t('options_kept_out') } : {})}
            onToggle={(on) => void toggle(id, on)}
          />
        ))}
      </div>
      <Saved isSaved={isSaved} />
    </fieldset>
  );
}

function History({ saved, policy, onChange, openHistory }: Part & Pick<Props, 'policy' | 'openHistory'>) {
  const { isSaved, save } = useSaving(onChange);
  return (
    <fieldset class="stack">
      <legend>{t('history')}</legend>
      <Toggle
        label={t('options_history')}
        hint={t('options_history_hint')}
        checked={saved.history}
        isLocked={policy.disableHistory === true}
        onToggle={(history) => save({ history })}
      />
      <div>
        <button type="button" onClick={openHistory}>
          {t('options_history_open')}
        </button>
      </div>
      <Saved isSaved={isSaved} />
    </fieldset>
  );
}

/** The browser's own, and ours. */
const COMMANDS: Readonly<Record<string, 'command_open' | 'command_send'>> = {
  _execute_action: 'command_open',
  'send-held': 'command_send',
};

function Keys({ commands, openKeys }: Pick<Props, 'commands' | 'openKeys'>) {
  return (
    <fieldset class="stack">
      <legend>{t('options_keys')}</legend>
      <dl class="keys">
        {commands.map(({ name, keys }) => {
          const command = COMMANDS[name];
          return (
            command && (
              <div key={name} class="row spread">
                <dt>{t(command)}</dt>
                <dd>{keys ? <kbd dir="ltr">{keys}</kbd> : t('options_no_keys')}</dd>
              </div>
            )
          );
        })}
      </dl>
      <div>
        <button type="button" onClick={openKeys}>
          {t('options_keys_open')}
        </button>
      </div>
    </fieldset>
  );
}
