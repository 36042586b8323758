import { beforeEach, expect, test, vi } from 'vitest';
import { fakeBrowser } from 'wxt/testing/fake-browser';
import { settings } from '../../utils/settings.ts';
import { changeSettings, withUnsaved } from '../../utils/unsaved-settings.ts';

beforeEach(() => {
  fakeBrowser.reset();
  vi.restoreAllMocks();
});

test('shows a change while it is being written', async () => {
  const saved = await settings.read();
  const writing = changeSettings({ history: false });
  expect(withUnsaved(saved)).toEqual({ ...saved, history: false });
  await writing;
  expect(withUnsaved(saved)).toEqual(saved);
  expect((await settings.read()).history).toBe(false);
});

test('keeps showing the first of two changes until the second is written, too', async () => {
  const saved = await settings.read();
  let written = (): void => {};
  vi.spyOn(settings, 'change')
    .mockResolvedValueOnce(undefined)
    .mockReturnValueOnce(new Promise<void>((resolve) => (written = resolve)));
  const first = changeSettings({ history: false });
  const second = changeSettings({ notice: false });
  await first;
  expect(withUnsaved(saved)).toEqual({ ...saved, history: false, notice: false });
  written();
  await second;
  expect(withUnsaved(saved)).toEqual(saved);
});

test('shows what is saved when a change could not be written', async () => {
  const saved = await settings.read();
  vi.spyOn(settings, 'change').mockRejectedValueOnce(new Error('The disk is full'));
  await expect(changeSettings({ history: false })).rejects.toThrow('The disk is full');
  expect(withUnsaved(saved)).toEqual(saved);
});
