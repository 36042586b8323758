import { access, chmod, readFile, rename, writeFile } from 'node:fs/promises';

/** The content of a file that is written once, on first need, for its owner's eyes. */
export async function onceWritten(file: string, make: () => Promise<string>): Promise<string> {
  try {
    await access(file);
  } catch {
    await replaceFile(file, await make());
  }
  await chmod(file, 0o600);
  return readFile(file, 'utf8');
}

/** Writes a file for its owner's eyes. Whoever reads it meanwhile, or after a kill, finds the old content or the new. */
export async function replaceFile(file: string, content: string): Promise<void> {
  await writeFile(`${file}.new`, content, { mode: 0o600, flush: true });
  await rename(`${file}.new`, file);
}
