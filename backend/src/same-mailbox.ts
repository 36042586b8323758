/**
 * Spellings of an address that reach the same mailbox, as far as providers say so. It is only counted by this, never signed
 * in with, so what is taken together by mistake costs somebody a wait.
 *
 * - Google: dots, and googlemail.com (support.google.com/mail/answer/7436150, …/answer/10313)
 * - Proton: dots, hyphens and underscores; its three domains (proton.me/support/addresses-and-aliases)
 * - Apple: its three domains (support.apple.com/en-us/102540)
 * - Yandex: a dot for a hyphen, and its domains (yandex.com/support/mail)
 * - Yahoo: what follows a hyphen (help.yahoo.com, "disposable addresses")
 * - Fastmail: what stands before the name, as a subdomain (fastmail.help, "subdomain addressing")
 *
 * What follows a plus counts nowhere: Google, Microsoft, Apple, Fastmail, Proton, Zoho and Yandex deliver it to the name
 * before it, and hardly anybody has a name with one.
 */
const FAMILIES: readonly {
  domains: readonly string[];
  /** What of the name does not count. */
  ignores?: RegExp;
}[] = [
  { domains: ['gmail.com', 'googlemail.com'], ignores: /\./g },
  { domains: ['proton.me', 'protonmail.com', 'pm.me'], ignores: /[._-]/g },
  { domains: ['icloud.com', 'me.com', 'mac.com'] },
  { domains: ['yandex.ru', 'yandex.com', 'yandex.by', 'yandex.kz', 'yandex.ua', 'ya.ru'], ignores: /[.-]/g },
];

const YAHOO = /^(yahoo|ymail|rocketmail|myyahoo)\.[a-z.]{2,10}$/;
const FASTMAIL = /^([a-z\d-]{1,63})\.(fastmail\.(?:com|fm))$/;

/** An address or a user name as it is counted. */
export function sameMailbox(name: string): string {
  const plain = name.slice(0, 254).normalize('NFKC').toLowerCase();
  const at = plain.lastIndexOf('@');
  if (at < 0) return plain;
  const [local, domain] = [withoutTag(plain.slice(0, at)), plain.slice(at + 1).replace(/\.$/, '')];
  const family = FAMILIES.find(({ domains }) => domains.includes(domain));
  if (family) return `${local.replace(family.ignores ?? /(?!)/, '')}@${family.domains[0]}`;
  if (YAHOO.test(domain)) return `${local.split('-', 1)[0]}@${domain}`;
  const [, user, fastmail] = FASTMAIL.exec(domain) ?? [];
  return user && fastmail ? `${user}@${fastmail}` : `${local}@${domain}`;
}

/** Where nothing stands before the plus, it is a name of its own. */
function withoutTag(local: string): string {
  const plus = local.indexOf('+');
  return plus > 0 ? local.slice(0, plus) : local;
}
