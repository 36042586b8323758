import { browser } from 'wxt/browser';
import { byUrgency, type CaptureView } from './captures/view.ts';
import { t } from './i18n.ts';

const LOOK: Record<CaptureView['state'], { text: (count: number) => string; color: string }> = {
  held: { text: String, color: '#1D4ED8' },
  queued: { text: () => '…', color: '#6B7280' },
  verifying: { text: () => '…', color: '#6B7280' },
  verified: { text: () => '✓', color: '#047857' },
  failed: { text: () => '!', color: '#B91C1C' },
};

/** Shows on the toolbar what matters most, as a sign and in words. */
export async function showBadge(captures: readonly CaptureView[]): Promise<void> {
  const first = [...captures].sort(byUrgency)[0];
  if (!first) {
    await Promise.all([
      browser.action.setBadgeText({ text: '' }),
      browser.action.setTitle({ title: t('extension_name') }),
    ]);
    return;
  }
  const { text, color } = LOOK[first.state];
  const count = captures.filter(({ state }) => state === first.state).length;
  await Promise.all([
    browser.action.setBadgeText({ text: text(count) }),
    browser.action.setBadgeBackgroundColor({ color }),
    browser.action.setTitle({ title: t(`badge_${first.state}`) }),
  ]);
}
