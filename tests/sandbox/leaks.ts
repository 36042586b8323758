import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The forms in which a code could be lying about. */
export function formsOf(code: string): Map<string, Buffer> {
  const base64 = (padding: string): string => {
    // Aligned in three ways, the letters that depend on what stands around it cut off.
    const text = Buffer.from(padding + code).toString('base64');
    return text.slice(padding.length === 0 ? 0 : padding.length + 1, -4);
  };
  return new Map([
    ['clear', Buffer.from(code)],
    ['UTF-16', Buffer.from(code, 'utf16le')],
    ['hex', Buffer.from(Buffer.from(code).toString('hex'))],
    ['URL encoding', Buffer.from(Buffer.from(code).toString('hex').replace(/../g, '%$&'))],
    ['base64', Buffer.from(base64(''))],
    ['base64, second alignment', Buffer.from(base64('x'))],
    ['base64, third alignment', Buffer.from(base64('xx'))],
  ]);
}

/** In which forms the code stands in these bytes. */
export const formsIn = (bytes: Buffer, code: string): string[] =>
  [...formsOf(code)].filter(([, form]) => bytes.includes(form)).map(([name]) => name);

/** Every file below a folder in which the code stands in any form, with the form. */
export async function leaksIn(folder: string, code: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    // A running browser takes files away.
    const bytes = await readFile(file).catch(() => Buffer.alloc(0));
    found.push(...formsIn(bytes, code).map((form) => `${file}: ${form}`));
  }
  return found;
}
