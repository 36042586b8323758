import { writeFile } from 'node:fs/promises';
import { allServers } from '../providers/registry/mail.ts';
import { loadProviders, type Provider, type Reach } from '../providers/registry/node.ts';
import type { CodeShape } from '../providers/registry/types.ts';
import messages from '../public/_locales/en/messages.json' with { type: 'json' };

export const FILE = new URL('../docs/providers.md', import.meta.url);

const words = (key: string): string => (messages as Record<string, { message: string }>)[key]?.message ?? key;

const COLUMNS: Record<string, (provider: Provider) => string> = {
  Provider: ({ id, guide }) =>
    `${guide.appPasswords ? `[${guide.name}](${guide.appPasswords})` : guide.name} (\`${id}\`)`,
  Mailboxes: ({ guide }) => guide.mailboxes,
  'Pages watched': ({ page }) =>
    page?.origins.map((origin) => new URL(origin).host).join(', ') || "a host of the user's own",
  Code: ({ page }) => (page ? shape(page.code) : 'none'),
  'Opens IMAP and SMTP': opener,
  'What it takes': ({ guide: { before, needs = [] } }) =>
    [
      ...before.map(({ what }) => words(`before_${what}`)),
      ...needs.map(({ what }) => words(`needs_${what}`)),
    ].join('; ') || '–',
  Servers: servers,
};

const SECTIONS: Record<Reach, { title: string; lead: string; without?: string[] }> = {
  fromTheStart: {
    title: 'Watched from the start',
    lead: 'The extension is installed with these hosts.',
  },
  onRequest: {
    title: 'Watched on request',
    lead: 'Once the user has allowed the host, on a click that needs it.',
  },
  byHand: {
    title: 'Nothing to watch',
    lead: 'No app password is shown, or none on a page that is known, so there is no code to be caught.',
    without: ['Pages watched', 'Code'],
  },
};

/** `docs/providers.md`, from the definitions. Written by `npm run docs`; a test keeps it in step. */
export async function providerTable(): Promise<string> {
  const providers = [...(await loadProviders()).values()].sort((a, b) =>
    a.guide.name.localeCompare(b.guide.name),
  );
  const sections = (Object.keys(SECTIONS) as Reach[]).map((reach) =>
    section(
      reach,
      providers.filter((provider) => provider.reach === reach),
    ),
  );
  return `# Providers

Made from \`providers/\` by \`npm run docs\`. What is known of each, and what is guessed, stands in its file.

${sections.join('\n')}`;
}

function section(reach: Reach, providers: readonly Provider[]): string {
  const { title, lead, without = [] } = SECTIONS[reach];
  const columns = Object.entries(COLUMNS).filter(([name]) => !without.includes(name));
  const row = (cells: string[]): string => `| ${cells.join(' | ')} |`;
  const rows = [
    row(columns.map(([name]) => name)),
    row(columns.map(() => '---')),
    ...providers.map((provider) => row(columns.map(([, cell]) => cell(provider)))),
  ];
  return `## ${title}\n\n${lead}\n\n${rows.join('\n')}\n`;
}

function opener({ guide: { opensWith, passwordsRefused, receivingRefused } }: Provider): string {
  if (passwordsRefused) return 'nothing: app passwords are made, but no longer taken';
  if (receivingRefused) return 'app password, SMTP only';
  switch (opensWith) {
    case 'mailbox_password':
      return 'mailbox password';
    case 'program_password':
      return 'a password for programs, which the user makes up';
    case 'nothing':
      return 'nothing';
    case undefined:
      return 'app password';
  }
}

function servers({ mail, guide }: Provider): string {
  const { imap, smtp } = allServers(mail);
  const hosts = [...new Set([...imap, ...smtp].map(({ host }) => host))];
  if (hosts.length === 0) return guide.opensWith === 'nothing' ? 'none' : 'to be named by the user';
  return hosts.length > 6 ? `${hosts.slice(0, 6).join(', ')} and ${hosts.length - 6} more` : hosts.join(', ');
}

function shape({ alphabet, length, group, separator }: CodeShape): string {
  const count = typeof length === 'number' ? String(length) : length.join(' to ');
  return `${count} of ${alphabet}${separator && group ? `, a hyphen after every ${group}` : ''}`;
}

if (import.meta.main) await writeFile(FILE, await providerTable());
