import { browser } from 'wxt/browser';
import { isRunningOut, timeLeft } from '../captures/hold-time.ts';
import type { CaptureView } from '../captures/view.ts';
import { t } from '../i18n.ts';

const LOOK: Record<CaptureView['state'], { text: (count: number) => string; color: string }> = {
  held: { text: String, color: '#1D4ED8' },
  queued: { text: () => '…', color: '#6B7280' },
  verifying: { text: () => '…', color: '#6B7280' },
  verified: { text: () => '✓', color: '#047857' },
  failed: { text: () => '!', color: '#B91C1C' },
};

/** Of a held code that is about to be forgotten: the minutes it has left. */
const SOON = '#B45309';

/**
 * Shows on the toolbar what matters most, as a sign and in words.
 * @param captures the most urgent first
 */
export async function showBadge(captures: readonly CaptureView[]): Promise<void> {
  const { text, color, title } = badgeFor(captures);
  await Promise.all([
    browser.action.setBadgeText({ text }),
    ...(color ? [browser.action.setBadgeBackgroundColor({ color })] : []),
    browser.action.setTitle({ title }),
  ]);
}

function badgeFor(captures: readonly CaptureView[]): { text: string; color?: string; title: string } {
  const [first] = captures;
  if (!first) return { text: '', title: t('extension_name') };
  const now = Date.now();
  const running = captures.filter((capture) => isRunningOut(capture, now));
  if (running.length > 0 && first.state === 'held') {
    const minutes = Math.min(...running.map((capture) => Math.ceil((timeLeft(capture, now) ?? 0) / 60_000)));
    return { text: t('badge_minutes', String(minutes)), color: SOON, title: t('badge_held_soon') };
  }
  const { text, color } = LOOK[first.state];
  const count = captures.filter(({ state }) => state === first.state).length;
  return { text: text(count), color, title: t(`badge_${first.state}`) };
}
