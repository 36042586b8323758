import { Keeper } from '../captures/keeper.ts';
import { CaptureStore } from '../captures/store.ts';
import { Changes } from './changes.ts';
import { noteEnded } from './ended.ts';
import { handlersFor } from './handlers.ts';
import { Intake } from './intake.ts';
import { speakChosenLanguage } from './language.ts';
import { viewsInNotice } from './notice-answer.ts';
import { Publisher } from './publish.ts';
import { createRouter } from './router.ts';
import { wake } from './wake.ts';

/** The worker's parts, put together. */
export function createWorker() {
  const store = new CaptureStore();
  const keeper: Keeper = new Keeper(store, () => void publisher.publish(), noteEnded);
  const publisher = new Publisher(store, () => keeper.nextDuty());
  const intake = new Intake(store, keeper);
  const { ready } = store;
  const handlers = handlersFor({ store, keeper, intake, publisher });
  return {
    store,
    keeper,
    intake,
    changes: new Changes(store, keeper, publisher),
    /** Resolves when what was there before this worker started is here. */
    ready,
    onMessage: createRouter({ handlers, ready, viewsIn: (who) => viewsInNotice(store, who) }),
    /** Goes on with what the last worker was ended in, and shows what there is. */
    start: async (): Promise<void> => {
      await Promise.all([ready, speakChosenLanguage()]);
      await wake(keeper);
      await publisher.publish();
    },
  };
}
