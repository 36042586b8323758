import * as z from 'zod/mini';
import { stored } from './stored.ts';

export const Settings = z.object({
  /** The onboarding backend's origin. */
  address: z.string(),
  token: z.string(),
  /** What happens when a code appears. The badge tells in any case. */
  announce: z.enum(['popup', 'notice', 'badge']),
});
export type Settings = z.infer<typeof Settings>;

export const settings = stored<Settings>('local', 'settings', Settings, {
  address: 'http://localhost:8787',
  token: '',
  announce: 'popup',
});
