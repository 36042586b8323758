/**
 * For what changes many times a second: runs one after the other, never two at once, and after the last call surely once more.
 */
export function runLatest(run: () => Promise<void>): () => Promise<void> {
  let isRunning = false;
  let isStale = false;
  return async () => {
    isStale = true;
    if (isRunning) return;
    isRunning = true;
    try {
      while (isStale) {
        isStale = false;
        await run();
      }
    } finally {
      isRunning = false;
    }
  };
}
