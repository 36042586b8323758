import { expect, test } from './world.ts';

const CHANGES = 1_000;

test(`${CHANGES} arrivals at the route leave nothing of the pages behind`, async ({
  browserWithExtension: browser,
}) => {
  test.setTimeout(180_000);
  const page = await browser.context.newPage();
  await page.goto('https://myaccount.google.com/security');
  const cdp = await browser.context.newCDPSession(page);
  await cdp.send('HeapProfiler.enable');

  /** Arrives and leaves so often, with another page of some hundred elements each time, and clears up. */
  const comeAndGo = (times: number): Promise<void> =>
    page.evaluate(async (count) => {
      const painted = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(resolve));
      for (let n = 0; n < count; n++) {
        history.pushState(null, '', n % 2 ? '/security' : '/apppasswords');
        document.body.innerHTML = `<div role="dialog" hidden><strong>page number ${n}</strong></div>
          <input readonly value="a value"><x-box></x-box>${'<p>Some <b>more</b> text</p>'.repeat(100)}`;
        if (n % 10 === 0) await painted();
      }
      history.pushState(null, '', '/security');
      document.body.replaceChildren();
      await painted();
    }, times);
  const counts = async () => {
    // What was garbage only after other garbage was gone takes another round.
    for (let n = 0; n < 3; n++) await cdp.send('HeapProfiler.collectGarbage');
    const { nodes, jsEventListeners } = await cdp.send('Memory.getDOMCounters');
    return { nodes, jsEventListeners };
  };

  await comeAndGo(20);
  const before = await counts();
  await comeAndGo(CHANGES);
  // The last look at a page, and what was to be told of it, lie a few seconds after.
  const grown = async (): Promise<string> => {
    const after = await counts();
    const isSame = after.nodes <= before.nodes + 50 && after.jsEventListeners <= before.jsEventListeners + 5;
    return isSame ? 'nothing' : `${JSON.stringify(before)} became ${JSON.stringify(after)}`;
  };
  await expect.poll(grown, { timeout: 30_000 }).toBe('nothing');
});
