import { existsSync } from 'node:fs';
import { chromium } from '@playwright/test';

/** Debian's, Ubuntu's and Fedora's names for it. Google Chrome itself no longer loads unpacked extensions this way. */
const KNOWN_PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/snap/bin/chromium'];

/** A Chromium that can load the extension: `CHROMIUM_PATH`, the system's, or the one Playwright has installed. */
export function findChromium(): string | undefined {
  const places = [process.env.CHROMIUM_PATH, ...KNOWN_PLACES, chromium.executablePath()];
  return places.find((place) => place && existsSync(place));
}

/** @throws Error that says how to get one */
export function chromiumPath(): string {
  const path = findChromium();
  if (path) return path;
  throw new Error(
    'No Chromium was found. Install it (Debian, Ubuntu: apt install chromium; elsewhere: npx playwright install ' +
      'chromium), or set CHROMIUM_PATH to one.',
  );
}
