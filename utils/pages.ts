import * as z from 'zod/mini';
import { stored } from './stored.ts';

/** Provider pages that are open now, by tab. In memory only. */
export const openPages = stored(
  'session',
  'pages',
  z.record(
    z.string(),
    z.object({ provider: z.string(), state: z.enum(['ready', 'unavailable', 'unknown']) }),
  ),
  {},
);
