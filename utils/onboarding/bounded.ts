/** No answer of a backend is larger, in bytes. */
const LARGEST = 500_000;

/** What is larger is not read to its end, and so not parsed. */
export class TooLarge extends Error {}

/** @throws TooLarge */
export async function textOf({ body }: Response): Promise<string> {
  const decoder = new TextDecoder();
  let [text, size] = ['', 0];
  const reader = body?.getReader();
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
    if (done) return text + decoder.decode();
    size += value.length;
    if (size > LARGEST) {
      await reader?.cancel().catch(() => {});
      throw new TooLarge();
    }
    text += decoder.decode(value, { stream: true });
  }
}

/** For libraries that read the answer themselves. */
export const boundedFetch: typeof fetch = async (input, init) => {
  const response = await fetch(input, init);
  const { status, statusText, headers } = response;
  return new Response((await textOf(response)) || null, { status, statusText, headers });
};
