import { USER_EVENTS, type UserEventType } from '../captures/events.ts';
import type { Keeper } from '../captures/keeper.ts';
import type { CaptureStore } from '../captures/store.ts';
import { answerDisk } from '../disk.ts';
import { guideArrived } from '../guide/follow.ts';
import type { Message } from '../messages/protocol.ts';
import { agreeToKeys, providerOfDomain } from '../onboarding/backend.ts';
import { settings } from '../settings.ts';
import { allowed, putDetector } from '../watching.ts';
import type { Intake } from './intake.ts';
import { noticeAnswer } from './notice-answer.ts';
import type { Publisher } from './publish.ts';
import { leave } from './reset.ts';
import type { Handlers } from './router.ts';
import { dispatchUserEvent } from './user-event.ts';
import { wake } from './wake.ts';

interface Worker {
  store: CaptureStore;
  keeper: Keeper;
  intake: Intake;
  publisher: Publisher;
}

/** What each message has the worker do. Whoever sent it was allowed to. */
export const handlersFor = ({ store, keeper, intake, publisher }: Worker): Handlers => ({
  'page-opened': async (_, { tabId, provider }) => {
    await putDetector(tabId);
    void guideArrived(provider, tabId);
    return TAKEN;
  },
  'code-detected': (message, who) => intake.codeDetected(message, who).then(() => TAKEN),
  'account-detected': (message, who) => intake.accountDetected(message, who).then(() => TAKEN),
  'notice-ready': (_, who) => noticeAnswer(store, who),
  ...forUserEvents((message) => dispatchUserEvent(keeper, message)),
  reveal: ({ id }) => store.get(id)?.password?.open(),
  paste: (message) => intake.pasted(message),
  'hosts-allowed': ({ origins }) => allowed(origins),
  count: () => wake(keeper),
  'agree-to-keys': agreeToKeys,
  consent: () => settings.change({ agreedAt: Date.now() }),
  leave: async ({ account }) => {
    if (await leave(keeper, account)) await publisher.publish();
  },
  'provider-of': ({ email }) => providerOfDomain(email),
  disk: answerDisk,
});

/** A watcher repeats what is not answered so: a worker can be ended before it has written down what it was told. */
const TAKEN = true as const;

/** All events of the user's have the same handler. */
function forUserEvents(handle: (message: Message<UserEventType>) => Promise<void>) {
  const types = Object.keys(USER_EVENTS) as UserEventType[];
  return Object.fromEntries(types.map((type) => [type, handle])) as Record<UserEventType, typeof handle>;
}
