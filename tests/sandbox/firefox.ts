import { existsSync } from 'node:fs';

const KNOWN_PLACES = [
  '/usr/bin/firefox-esr',
  '/usr/bin/firefox',
  '/Applications/Firefox.app/Contents/MacOS/firefox',
];

/** A Firefox to test in: `FIREFOX_PATH`, or the system's. */
export function findFirefox(): string | undefined {
  return [process.env.FIREFOX_PATH, ...KNOWN_PLACES].find((place) => place && existsSync(place));
}
