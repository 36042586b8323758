import { expect, test } from 'vitest';
import { allServers, serversFor } from '../../providers/registry/mail.ts';
import { loadProviders } from '../../providers/registry/node.ts';

const providers = await loadProviders();
const hostsFor = (id: string, email: string) => {
  const { imap, smtp } = serversFor(providers.get(id)?.mail, email);
  return [imap[0]?.host, smtp[0]?.host];
};

test.each([
  ['gmx', 'test.person@gmx.de', 'imap.gmx.net', 'mail.gmx.net'],
  ['gmx', 'test.person@GMX.com', 'imap.gmx.com', 'mail.gmx.com'],
  ['zoho', 'test.person@zohomail.eu', 'imap.zoho.eu', 'smtp.zoho.eu'],
  ['zoho', 'test.person@zohocloud.ca', 'imap.zohocloud.ca', 'smtp.zohocloud.ca'],
  ['zoho', 'test.person@company.example', 'imappro.zoho.com', 'smtppro.zoho.com'],
  ['nobody', 'test.person@company.example', undefined, undefined],
])('%s: the servers for %s', (id, email, imap, smtp) => {
  expect(hostsFor(id, email)).toEqual([imap, smtp]);
});

test.each([...providers])(
  '%s: all servers are among those of the provider, named in lower case',
  (_, { mail }) => {
    const { imap, smtp } = allServers(mail);
    expect(imap).toEqual(expect.arrayContaining([...mail.imap]));
    expect(smtp).toEqual(expect.arrayContaining([...mail.smtp]));
    const domains = mail.byDomain?.flatMap((family) => family.domains) ?? [];
    expect(domains).toEqual([...new Set(domains.map((domain) => domain.toLowerCase()))]);
  },
);
