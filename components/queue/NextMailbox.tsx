import type { ComponentChildren } from 'preact';
import type { ProviderGuide } from '../../providers/registry/types.ts';
import { t } from '../../utils/i18n.ts';
import type { RowView } from '../../utils/queue/rows.ts';
import { Linked } from '../Linked.tsx';
import { isClosed } from './words.ts';

interface Props {
  row: RowView;
  guide: ProviderGuide;
  /** Its page was opened. */
  isOpened: boolean;
  /** The provider's hosts that the browser will ask about. */
  asks: readonly string[];
  appUrl: string | undefined;
  hasPage: boolean;
  onOpen: () => void;
  onSkip: () => void;
  /** How to hand in a code that is not seen. */
  children: ComponentChildren;
}

/** The mailbox that is to be done now: where its code is made, and what that takes. */
export function NextMailbox({
  row,
  guide,
  isOpened,
  asks,
  appUrl,
  hasPage,
  onOpen,
  onSkip,
  children,
}: Props) {
  const { email, provider } = row;
  const { opensWith, before, needs = [] } = guide;
  return (
    <section class="card stack" aria-labelledby="next">
      <div class="stack tight">
        <p class="label">{t(isOpened ? 'queue_now' : 'queue_next')}</p>
        <h2 id="next">
          <bdi class="address">{email}</bdi>
        </h2>
        <p class="muted">{provider === undefined ? t('queue_provider_unknown') : guide.name}</p>
      </div>
      {isClosed(guide) && (
        <p class="banner warn">
          {t(
            guide.passwordsRefused
              ? 'refused_text'
              : guide.receivingRefused
                ? 'receiving_refused_text'
                : 'opens_with_nothing',
          )}{' '}
          {appUrl && (
            <a href={appUrl} target="_blank" rel="noreferrer">
              {t('refused_link')}
            </a>
          )}
        </p>
      )}
      {opensWith && opensWith !== 'nothing' && <p class="hint">{t(`opens_with_${opensWith}`)}</p>}
      {[
        ...before.map(({ what, link }) => ({ words: t(`before_${what}`), link })),
        ...needs.map(({ what, link }) => ({ words: t(`needs_${what}`), link })),
      ].map(({ words, link }) => (
        <p key={words} class="hint">
          <Linked words={words} link={link} />
        </p>
      ))}
      {!hasPage && <p class="hint">{t(provider === undefined ? 'queue_unknown_hint' : 'own_host')}</p>}
      {isOpened && hasPage && <p role="status">{t('queue_opened')}</p>}
      <div class="row">
        {hasPage && (
          <button type="button" class={isOpened ? 'grow' : 'primary grow'} onClick={onOpen}>
            {t(isOpened ? 'queue_open_again' : opensWith ? 'open_provider' : 'open_app_passwords')}
            <span class="unseen"> – {email}</span>
          </button>
        )}
        <button type="button" onClick={onSkip}>
          {t('queue_skip')}
          <span class="unseen"> – {email}</span>
        </button>
      </div>
      {asks.length > 0 && (
        <p class="hint">{t('will_ask', asks.map((origin) => new URL(origin).host).join(', '))}</p>
      )}
      {children}
    </section>
  );
}
