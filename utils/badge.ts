import { browser } from 'wxt/browser';
import { isRunningOut, timeLeft } from './captures/hold-time.ts';
import { byUrgency, type CaptureView } from './captures/view.ts';
import { t } from './i18n.ts';

const LOOK: Record<CaptureView['state'], { text: (count: number) => string; color: string }> = {
  held: { text: String, color: '#1D4ED8' },
  queued: { text: () => '…', color: '#6B7280' },
  verifying: { text: () => '…', color: '#6B7280' },
  verified: { text: () => '✓', color: '#047857' },
  failed: { text: () => '!', color: '#B91C1C' },
};

/** Of a held code that is about to be forgotten: the minutes it has left. */
const SOON = '#B45309';

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
  const now = Date.now();
  const running = captures.filter((capture) => isRunningOut(capture, now));
  if (running.length > 0 && first.state === 'held') {
    const minutes = Math.min(...running.map((capture) => Math.ceil((timeLeft(capture, now) ?? 0) / 60_000)));
    await Promise.all([
      browser.action.setBadgeText({ text: `${minutes}m` }),
      browser.action.setBadgeBackgroundColor({ color: SOON }),
      browser.action.setTitle({ title: t('badge_held_soon') }),
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
