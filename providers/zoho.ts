import type { MailServers, ProviderGuide, ProviderMail, ProviderPage } from './registry/types.ts';

/** Where accounts live, each with pages and servers of its own. */
const SURE = ['zoho.com', 'zoho.eu', 'zoho.in', 'zoho.com.au', 'zoho.jp', 'zohocloud.ca'];

/** With those that are not confirmed. */
const CENTRES = [...SURE, 'zoho.sa', 'zoho.com.cn', 'zoho.uk'];

const pageHost = (centre: string): string => `accounts.${centre}`;

/**
 * Zoho Mail. Its structure is known from Zoho's own published templates (May 2025): a pop-up asks for a name and then
 * shows the code in three `span`s without white space (four characters, four, the rest). The element is there from the
 * start, hidden and empty, and `#generated_passsword` around it is spelled so. Where an organisation forbids app
 * passwords, `#app_password_restricted` is seen. The account's primary address stands in a hidden panel; the mailbox
 * may have another one, on a domain of its own, so it is only suggested.
 *
 * Known: 12 characters. Some guides say 16, and the alphabet is taken from samples.
 */
export const page = {
  id: 'zoho',
  origins: CENTRES.map((centre) => `https://${pageHost(centre)}`),
  route: /^\/(home\/?#security\/app_passwords?([/?]|$)|u\/h\/?#security)/,
  code: { alphabet: 'A-Za-z0-9', length: [12, 16], group: 4 },
  codeHints: ['#password_key', '#generated_passsword .app_password_grid'],
  account: [{ selector: '#logoutid', certain: false }],
  unavailable: { withAny: '#app_password_restricted' },
} as const satisfies ProviderPage;

/** Of Zoho's own addresses. */
const domainsOf = (centre: string) => [centre, centre.replace(/^zoho(cloud)?/, 'zohomail')];

type Whose = 'people' | 'organisations';

const hostsOf = (centre: string, whose: Whose): Pick<MailServers, 'imap' | 'smtp'> => {
  const pro = whose === 'organisations' ? 'pro' : '';
  return {
    imap: [{ host: `imap${pro}.${centre}`, port: 993, security: 'tls' }],
    smtp: [
      { host: `smtp${pro}.${centre}`, port: 465, security: 'tls' },
      { host: `smtp${pro}.${centre}`, port: 587, security: 'starttls' },
    ],
  };
};

/**
 * A server of another centre calls a right password wrong, and so does one for people an organisation's: after those that
 * should know the mailbox, the centre's other ones, and then the same ones of each centre that is sure to exist. That is at
 * most eight log-ins.
 */
const othersOf = (centre: string, whose: Whose): MailServers['otherwise'] => [
  hostsOf(centre, whose === 'people' ? 'organisations' : 'people'),
  ...SURE.filter((other) => other !== centre).map((other) => hostsOf(other, whose)),
];

const serversOf = (centre: string, whose: Whose): MailServers => ({
  ...hostsOf(centre, whose),
  otherwise: othersOf(centre, whose),
});

/**
 * Zoho's own addresses name their data centre (known for .com, .eu and .in, taken to be so elsewhere). Any other address
 * belongs to an organisation, which has the servers for those, in the centre whose page showed the code; .com where that
 * is not told.
 */
export const mail = {
  imap: [{ host: 'imappro.zoho.com', port: 993, security: 'tls' }],
  smtp: [
    { host: 'smtppro.zoho.com', port: 465, security: 'tls' },
    { host: 'smtppro.zoho.com', port: 587, security: 'starttls' },
  ],
  otherwise: /* @__PURE__ */ othersOf('zoho.com', 'organisations'),
  byDomain: /* @__PURE__ */ CENTRES.map((centre) => ({
    domains: domainsOf(centre),
    ...serversOf(centre, 'people'),
  })),
  byPageHost: /* @__PURE__ */ CENTRES.map((centre) => ({
    hosts: [pageHost(centre)],
    ...serversOf(centre, 'organisations'),
  })),
  mx: /* @__PURE__ */ CENTRES.flatMap(domainsOf),
  settlesWithinMs: 7000,
  answers: 'standard',
} as const satisfies ProviderMail;

/** Who signs in to Zoho with another service must set a Zoho password before making app passwords. */
export const guide = {
  name: 'Zoho',
  mailboxes: 'Zoho Mail, Zoho Workplace',
  domains: /* @__PURE__ */ CENTRES.flatMap(domainsOf),
  appPasswords: 'https://accounts.zoho.com/home#security/app_password',
  before: [],
  needs: [{ what: 'imap_on', link: 'https://www.zoho.com/mail/help/imap-access.html#EnableIMAP' }],
  unavailableBecause: ['organisation'],
  fix: {
    imap: 'https://www.zoho.com/mail/help/imap-access.html#EnableIMAP',
    webmail: 'https://mail.zoho.com/',
  },
} as const satisfies ProviderGuide;
