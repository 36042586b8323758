import * as z from 'zod/mini';
import { stored } from './stored.ts';

export const Settings = z.object({
  /** The onboarding backend's origin. */
  address: z.string(),
  token: z.string(),
  /** What happens when a code appears. The badge tells in any case. */
  announce: z.enum(['popup', 'notice', 'badge']),
  /** For how long a code is held that is not sent. */
  holdMinutes: z._default(z.int().check(z.gte(1), z.lte(1440)), 10),
  /** Whether held codes are sealed to the backend's key and kept on disk too, so that they outlive the browser. */
  keepSealed: z._default(z.boolean(), false),
});
export type Settings = z.infer<typeof Settings>;

export const settings = stored<Settings>('local', 'settings', Settings, {
  address: 'http://localhost:8787',
  token: '',
  announce: 'popup',
  holdMinutes: 10,
  keepSealed: false,
});
