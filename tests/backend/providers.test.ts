import { expect, test } from 'vitest';
import { allServers, serversFor } from '../../providers/registry/mail.ts';
import { loadProviders, type Provider } from '../../providers/registry/node.ts';

const providers = await loadProviders();
const hostsFor = (id: string, email: string, pageHost?: string) => {
  const { imap, smtp } = serversFor(providers.get(id)?.mail, email, pageHost);
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

test.each([
  ['zoho', 'accounts.zoho.eu', 'test.person@company.example', 'imappro.zoho.eu', 'smtppro.zoho.eu'],
  ['zoho', 'accounts.zoho.com.au', 'test@company.example', 'imappro.zoho.com.au', 'smtppro.zoho.com.au'],
  // The address's own domain knows better.
  ['zoho', 'accounts.zoho.eu', 'test.person@zohomail.in', 'imap.zoho.in', 'smtp.zoho.in'],
  ['zoho', 'accounts.zoho.example', 'test.person@company.example', 'imappro.zoho.com', 'smtppro.zoho.com'],
  ['gmx', 'account.gmx.com', 'test.person@company.example', 'imap.gmx.com', 'mail.gmx.com'],
  ['gmx', 'account.gmx.com', 'test.person@gmx.de', 'imap.gmx.net', 'mail.gmx.net'],
  ['gmx', 'account.gmx.net', 'test.person@company.example', 'imap.gmx.net', 'mail.gmx.net'],
  ['gmx', 'account.gmx.net', 'test.person@gmx.com', 'imap.gmx.com', 'mail.gmx.com'],
  ['google', 'myaccount.google.com', 'test.person@company.example', 'imap.gmail.com', 'smtp.gmail.com'],
  ['nobody', 'accounts.zoho.eu', 'test.person@company.example', undefined, undefined],
])('%s, shown at %s: the servers for %s', (id, pageHost, email, imap, smtp) => {
  expect(hostsFor(id, email, pageHost)).toEqual([imap, smtp]);
});

test.each([...providers].filter(([, { mail }]) => mail.byPageHost))(
  '%s: regions are told by hosts of its pages, each by one',
  (_, { page, mail }) => {
    const hosts = mail.byPageHost?.flatMap((region) => region.hosts) ?? [];
    expect(hosts).toEqual([...new Set(hosts)]);
    expect(page?.origins.map((origin) => new URL(origin).host)).toEqual(expect.arrayContaining(hosts));
  },
);

test("every centre of Zoho's has servers of its own for organisations", () => {
  const { page, mail } = providers.get('zoho') as Provider;
  const hosts = page?.origins.map((origin) => new URL(origin).host) ?? [];
  const found = hosts.map((host) => hostsFor('zoho', 'test.person@company.example', host));
  expect(found).toEqual(
    hosts.map((host) => ['imappro', 'smtppro'].map((name) => host.replace('accounts', name))),
  );
  const all = allServers(mail);
  for (const [imap, smtp] of found) {
    expect(all.imap).toContainEqual(expect.objectContaining({ host: imap }));
    expect(all.smtp).toContainEqual(expect.objectContaining({ host: smtp }));
  }
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
