import * as z from 'zod/mini';
import { stored } from './stored.ts';

const OpenPage = z.object({ provider: z.string(), state: z.enum(['ready', 'unavailable', 'unknown']) });
type OpenPage = z.infer<typeof OpenPage>;

/** Providers' app-password pages that are open now, by tab. In memory only. */
export const openPages = stored('session', 'pages', z.record(z.string(), OpenPage), {});

let writing: Promise<void> = Promise.resolve();

/** Notes which page a tab shows, or that it shows none. One after the other: each reads what the one before wrote. */
export function setOpenPage(tabId: number, page: OpenPage | undefined): Promise<void> {
  writing = writing.then(async () => {
    const { [String(tabId)]: known, ...others } = await openPages.read();
    if (known || page) await openPages.write(page ? { ...others, [tabId]: page } : others);
  });
  return writing;
}
