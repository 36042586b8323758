import { asPattern, chooseOption, focusField, middleOf, textMatching, whenTaken } from './in-page.ts';

/**
 * One of the extension's own pages, as its user sees it: the toolbar's popup, the list beside the page. Each browser shows
 * and reaches it in its own way; what a person does there is the same.
 */
export abstract class View {
  abstract evaluate<Result, Arguments extends unknown[]>(
    inside: (...given: Arguments) => Result | Promise<Result>,
    ...given: Arguments
  ): Promise<Result>;

  /** Puts it away, and waits until it is gone. */
  abstract close(): Promise<void>;

  /** A click of the mouse, as the browser itself makes of a press. */
  protected abstract press(at: { x: number; y: number }): Promise<void>;

  /** Types into what has the focus, over what is selected. */
  protected abstract insert(text: string): Promise<void>;

  text(): Promise<string> {
    return this.evaluate(() => document.body.innerText);
  }

  /** Resolves with the page's text as soon as it matches. */
  waitForText(pattern: RegExp, timeoutMs = 40_000): Promise<string> {
    return this.evaluate(textMatching, pattern.source, timeoutMs);
  }

  /** A real click of the mouse in the middle of the button, link or disclosure with this name. */
  async click(name: string): Promise<void> {
    await this.waitForText(asPattern(name));
    await this.evaluate(whenTaken, name);
    await this.press(await this.evaluate(middleOf, name));
  }

  /** Replaces what is in the first text field, or that with this label, by typing. */
  async type(text: string, label?: string): Promise<void> {
    await this.evaluate(focusField, label ?? null);
    await this.insert(text);
  }

  choose(option: string, label: string): Promise<void> {
    return this.evaluate(chooseOption, option, label);
  }
}
