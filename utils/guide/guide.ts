import * as z from 'zod/mini';
import type { Need, Prerequisite, ProviderGuide } from '../../providers/registry/types.ts';
import type { CaptureView } from '../captures/view.ts';
import type { PageState } from '../detection/page-state.ts';
import { stored } from '../stored.ts';

/** Somebody who has no code yet, on the way to one. In memory only. */
export const Journey = z.object({
  email: z.string(),
  /** Begun in a private window: shown in those only, and gone with the last of them. */
  private: z.boolean(),
  provider: z.string(),
  /** When it began, in ms since 1970. */
  since: z.number(),
  /** What the watcher has seen of the provider's page. */
  page: z.optional(z.enum(['arrived', 'ready', 'unavailable'])),
});
export type Journey = z.infer<typeof Journey>;

export const journey = stored<Journey | undefined>('session', 'journey', z.optional(Journey), undefined);

/** What there is to do, in order. */
export type Step =
  | { what: 'before'; prerequisite: Prerequisite; link?: string | undefined; isDone: boolean }
  | { what: 'open'; link?: string | undefined; isDone: boolean }
  | { what: 'make'; isDone: boolean }
  | { what: 'send'; isDone: boolean }
  | { what: 'after'; need: Need; link?: string | undefined; isDone: boolean }
  | { what: 'works'; isDone: boolean };

/** The steps to a mailbox that works, each ticked as far as it was seen done. */
export function stepsOf(
  guide: ProviderGuide,
  { page, since, provider, email }: Journey,
  captures: readonly CaptureView[],
): Step[] {
  const capture = captures.find(
    (one) => one.capturedAt >= since && (one.provider === provider || one.email === email),
  );
  // Where codes can be made, everything that has to be switched on before is.
  const isReady = page === 'ready' || capture !== undefined;
  const isSent = capture !== undefined && capture.state !== 'held';
  const isReceiving = capture?.connection?.checks.receiving.status === 'ok';
  return [
    ...guide.before.map(
      ({ what, link }): Step => ({ what: 'before', prerequisite: what, link, isDone: isReady }),
    ),
    {
      what: 'open',
      link: guide.appPasswords ?? guide.fix.webmail,
      isDone: page !== undefined || capture !== undefined,
    },
    { what: 'make', isDone: capture !== undefined },
    { what: 'send', isDone: isSent },
    ...(guide.needs ?? []).map(
      ({ what, link }): Step => ({ what: 'after', need: what, link, isDone: isReceiving }),
    ),
    { what: 'works', isDone: capture?.state === 'verified' },
  ];
}

/** What was seen of a provider's app-password page is noted, if that is where the guide has sent somebody. */
export const notePage = (provider: string, state: PageState): Promise<void> =>
  journey.change((now) => {
    const page = pageOfJourney(state);
    return now?.provider === provider && now.page !== page ? { ...now, page } : now;
  });

/** The page as far as the journey is about it: to have arrived is the least. */
export const pageOfJourney = (state: PageState): NonNullable<Journey['page']> =>
  state === 'ready' || state === 'unavailable' ? state : 'arrived';
