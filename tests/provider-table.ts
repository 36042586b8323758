import { writeFile } from 'node:fs/promises';
import { allServers } from '../providers/registry/mail.ts';
import { loadProviders, type Provider } from '../providers/registry/node.ts';
import type { CodeShape } from '../providers/registry/types.ts';
import messages from '../public/_locales/en/messages.json' with { type: 'json' };

export const FILE = new URL('../docs/providers.md', import.meta.url);

const words = (key: string): string => (messages as Record<string, { message: string }>)[key]?.message ?? key;

/** `docs/providers.md`, from the definitions. Written by `npm run docs`; a test keeps it in step. */
export async function providerTable(): Promise<string> {
  const providers = [...(await loadProviders()).values()].sort((a, b) =>
    a.guide.name.localeCompare(b.guide.name),
  );
  const rows = providers.map((provider) => `| ${cellsOf(provider).join(' | ')} |`);
  return `# Providers

Made from \`providers/\` by \`npm run docs\`. What is known of each page, and what is guessed, stands in its file.

| Provider | Mailboxes | Pages watched | Code | Opens IMAP and SMTP | To be switched on | Servers |
| --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
}

function cellsOf({ page, mail, guide }: Provider): string[] {
  const { imap, smtp } = allServers(mail);
  const hosts = [...new Set([...imap, ...smtp].map(({ host }) => host))];
  return [
    `[${guide.name}](${guide.appPasswords}) (\`${page.id}\`)`,
    guide.mailboxes,
    page.origins.map((origin) => new URL(origin).host).join(', '),
    shape(page.code),
    guide.passwordsRefused ? 'no' : guide.receivingRefused ? 'SMTP only' : 'yes',
    [
      ...guide.before.map(({ what }) => words(`before_${what}`)),
      ...(guide.needs ?? []).map(({ what }) => words(`needs_${what}`)),
    ].join('; ') || '–',
    hosts.length > 6 ? `${hosts.slice(0, 6).join(', ')} and ${hosts.length - 6} more` : hosts.join(', '),
  ];
}

function shape({ alphabet, length, group, separator }: CodeShape): string {
  const count = typeof length === 'number' ? String(length) : length.join(' to ');
  return `${count} of ${alphabet}${separator && group ? `, a hyphen after every ${group}` : ''}`;
}

if (import.meta.main) await writeFile(FILE, await providerTable());
