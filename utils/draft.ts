import * as z from 'zod/mini';
import { stored } from './stored.ts';

/** A selected text that is no app password, for the popup to say why. In memory only; gone once it was shown. */
export const draft = stored(
  'session',
  'draft',
  z.optional(z.object({ provider: z.string(), text: z.string(), private: z.boolean() })),
  undefined,
);
