import { lengthsOf } from '../../providers/registry/code-form.ts';
import { watched } from '../../providers/registry/page-script.ts';
import type { ProviderPage } from '../../providers/registry/types.ts';
import type { Certainty, Reason } from '../../utils/detection/judge.ts';
import { type Detected, watchPage } from '../../utils/detection/watch.ts';
import { isCode } from './detected.ts';
import { pagesByFile } from './make-code.ts';
import { seeded, unmistakable } from './variants/seeded.ts';

/*
 * Watches one page as several providers' at once, and knows when it has been looked at without any waiting by the
 * clock: a code that is put there last has been seen.
 */

/** The page facts of the providers that are watched from the start. */
export const firstClass: readonly ProviderPage[] = [...pagesByFile]
  .filter(([file]) => !file.includes('/on-request/'))
  .map(([, page]) => page);

export const pageOf = (id: string): ProviderPage => {
  const page = firstClass.find((candidate) => candidate.id === id);
  if (!page) throw new Error(`${id} is no provider that is watched from the start`);
  return page;
};

/** What was taken for a code. */
export interface Capture {
  provider: string;
  code: string;
  certainty: Certainty;
  reasons: readonly Reason[];
}

export interface Looking {
  /** Since the watching began, or since they were last taken. */
  take: () => Capture[];
  /** Resolves when every watcher has looked at all that was there when this was called. */
  looked: () => Promise<void>;
  stop: () => void;
}

const WITHIN = 10_000;
const chance = seeded('codes that are looked for');
const keyOf = ({ code }: ProviderPage): string => JSON.stringify(code);

export function lookAs(pages: readonly ProviderPage[]): Looking {
  const leaving = new AbortController();
  let captures: Capture[] = [];
  const probes = new Set<string>();
  const listeners = new Set<(provider: string, code: string) => void>();
  for (const page of pages) {
    const report = (detected: Detected): void => {
      if (!isCode(detected)) return;
      const { password, code, reasons } = detected;
      if (probes.has(password)) for (const listener of listeners) listener(page.id, password);
      else captures.push({ provider: page.id, code: password, certainty: code, reasons });
    };
    watchPage(document, watched(page), report, leaving.signal);
  }
  return {
    take: () => {
      const taken = captures;
      captures = [];
      return taken;
    },
    looked: async () => {
      const probeOf = new Map<string, string>();
      for (const page of pages) {
        const probe = probeOf.get(keyOf(page)) ?? unmistakable(page.code, chance, lengthsOf(page.code)[0]);
        probeOf.set(keyOf(page), probe);
        probes.add(probe);
      }
      const missing = new Map(pages.map((page) => [page.id, probeOf.get(keyOf(page)) as string]));
      const seen = new Promise<void>((resolve, reject) => {
        const giveUp = setTimeout(
          () => reject(new Error(`Nobody looked for ${[...missing.keys()].join(', ')}`)),
          WITHIN,
        );
        const listener = (provider: string, code: string): void => {
          if (missing.get(provider) === code) missing.delete(provider);
          if (missing.size > 0) return;
          listeners.delete(listener);
          clearTimeout(giveUp);
          // What was found in the same look is told after it.
          setTimeout(resolve);
        };
        listeners.add(listener);
      });
      const dialogs = [...probeOf.values()].map((probe) => {
        const dialog = document.createElement('div');
        dialog.role = 'dialog';
        dialog.innerHTML = `<strong>${[...probe].map((letter) => `<span>${letter}</span>`).join('')}</strong>`;
        // Whatever the page's own styles do to dialogs.
        for (const element of [dialog, ...dialog.querySelectorAll<HTMLElement>('*')])
          element.style.setProperty('all', 'initial', 'important');
        return dialog;
      });
      document.body.append(...dialogs);
      await seen;
      for (const dialog of dialogs) dialog.remove();
    },
    stop: () => leaving.abort(),
  };
}

/** One line a capture, as failures show it. The same reasons from several providers are told once. */
export function told(captures: readonly Capture[]): string[] {
  const lines = new Map<string, Set<string>>();
  for (const { provider, code, certainty, reasons } of captures) {
    const line = `${certainty}: ${code} (${reasons.join(', ')})`;
    lines.set(line, (lines.get(line) ?? new Set()).add(provider));
  }
  return [...lines].map(([line, providers]) => `${[...providers].join(' ')} ${line}`);
}
