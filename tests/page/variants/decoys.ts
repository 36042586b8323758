import { userEvent } from 'vitest/browser';

/** What a decoy is made of, for one provider. None of it is a code. */
export interface Like {
  /** Of the provider's shape and by chance: what a code would be, if it stood where a code stands. */
  random: string;
  /** The same as it would be drawn, with gaps between the groups. */
  grouped: string;
  /** Of the provider's length and characters, and made of words. */
  name: string;
  /** Four words of four letters, as many as a code has. */
  words: readonly [string, string, string, string];
}

export interface Decoy {
  html: (like: Like) => string;
  /** What the user, or the page, does when it is there. */
  act?: (place: HTMLElement, like: Like) => Promise<void> | void;
  /** Of which provider's codes nothing can tell it apart, wherever it stands, and why. It is counted all the same. */
  unless?: Readonly<Record<string, string>>;
}

const field = (place: HTMLElement): HTMLInputElement =>
  place.querySelector('input, textarea') as HTMLInputElement;
const list = (items: readonly string[], tag = 'li'): string =>
  items.map((item) => `<${tag}>${item}</${tag}>`).join(' ');
const echo = 'Your password for <b></b> is:';
/** Others of the same form. */
const turned = (grouped: string): string[] => {
  const [between = ''] = /[^\p{L}\p{N}]/u.exec(grouped) ?? [];
  const parts = grouped.split(between);
  return parts.map((_, n) => [...parts.slice(n), ...parts.slice(0, n)].join(between));
};
const repeat = (place: HTMLElement, name: string): void => place.querySelector('b')?.replaceChildren(name);

const SERIAL =
  'Twelve capitals and digits by chance are what a code of this shape is, and nothing else is known of it.';

const ALONE =
  'As unlike words as some codes, and alone where codes stand: in the dialog, or the page for codes.';
const CHANCE = 'A name made by chance in the form of a code, and drawn as one: to anybody it is one.';
const every = (reason: string) =>
  Object.fromEntries(
    ['google', 'icloud', 'zoho', 'yandex', 'mail-ru', 'fastmail', 'microsoft-personal'].map((id) => [
      id,
      reason,
    ]),
  );

const inputs: Record<string, Decoy> = {
  'a password field': { html: ({ random }) => `<input type="password" value="${random}">` },
  'a read-only password field': {
    html: ({ random }) => `<input type="password" readonly value="${random}">`,
  },
  'a disabled password field': { html: ({ random }) => `<input type="password" disabled value="${random}">` },
  'a password field whose value changes': {
    html: () => '<input type="password" readonly>',
    act: (place, { random }) => {
      field(place).value = random;
    },
  },
  'a hidden field': { html: ({ random }) => `<input type="hidden" readonly value="${random}">` },
  'a name, typed': {
    html: () => '<label>Name <input></label>',
    act: (place, { random }) => userEvent.type(field(place), random),
  },
  'a name, typed and repeated beside the code': {
    html: () => `<input><p>${echo}</p>`,
    act: async (place, { random }) => {
      await userEvent.type(field(place), random);
      repeat(place, random);
    },
  },
  'a name, typed in groups and repeated': {
    html: () => `<input><p>${echo}</p>`,
    act: async (place, { grouped }) => {
      await userEvent.type(field(place), grouped);
      repeat(place, grouped);
    },
  },
  'a name, typed and repeated while it is typed': {
    html: () =>
      `<input oninput="this.nextElementSibling.firstElementChild.textContent = this.value"><p>${echo}</p>`,
    act: (place, { random }) => userEvent.type(field(place), random),
  },
  'a name, typed and repeated when the field is gone': {
    html: () => `<input><p>${echo}</p>`,
    act: async (place, { random }) => {
      await userEvent.type(field(place), random);
      field(place).remove();
      repeat(place, random);
    },
  },
  'a name, typed into what then is read-only': {
    html: () => '<input>',
    act: async (place, { random }) => {
      await userEvent.type(field(place), random);
      field(place).readOnly = true;
    },
  },
  'a name, pasted and repeated': {
    html: ({ random }) => `<textarea>${random}</textarea><p><input></p><p>${echo}</p>`,
    act: async (place, { random }) => {
      const [source, target] = place.querySelectorAll<HTMLInputElement>('textarea, input');
      source?.select();
      await userEvent.copy();
      source?.remove();
      await userEvent.click(target as Element);
      await userEvent.paste();
      if (target?.value !== random) throw new Error('nothing was pasted');
      repeat(place, random);
    },
  },
  'a name, typed and repeated in capitals': {
    html: () => `<input><p>${echo}</p>`,
    act: async (place, { random }) => {
      await userEvent.type(field(place), random.toLowerCase() === random ? random.toUpperCase() : random);
      repeat(place, random);
    },
  },
  'a name, typed into editable text and repeated': {
    html: () => `<div contenteditable style="min-height: 1em"></div><p>${echo}</p>`,
    act: async (place, { random }) => {
      await userEvent.click(place.querySelector('[contenteditable]') as Element);
      await userEvent.keyboard(random);
      place.querySelector('[contenteditable]')?.remove();
      repeat(place, random);
    },
  },
  'a name, put there by a script and repeated after a click': {
    html: () => `<input><button type="button">Create</button><p>${echo}</p>`,
    act: async (place, { random }) => {
      field(place).value = random;
      await userEvent.click(place.querySelector('button') as Element);
      field(place).remove();
      repeat(place, random);
    },
  },
  'a field filled beforehand': { html: ({ random }) => `<input value="${random}">` },
  'a field filled beforehand, repeated': {
    html: ({ random }) => `<input value="${random}"><p><b>${random}</b></p>`,
  },
  'a text area': { html: ({ random }) => `<textarea>${random}</textarea>` },
  'editable text': { html: ({ random }) => `<div contenteditable="true">${random}</div>` },
  'editable text, plain': { html: ({ grouped }) => `<div contenteditable="plaintext-only">${grouped}</div>` },
  'an element in editable text': {
    html: ({ grouped }) => `<div contenteditable><p><b>${grouped}</b></p></div>`,
  },
  'a text box of a script': {
    html: ({ random }) => `<div role="textbox" contenteditable="">${random}</div>`,
  },
  'options of a select': {
    html: ({ random }) => `<select><option>${random}</option><option>-</option></select>`,
  },
  'suggestions of a field': {
    html: ({ random }) => `<input list="x"><datalist id="x"><option>${random}</datalist>`,
  },
  'a placeholder': {
    html: ({ random }) => `<input placeholder="${random}"><input readonly placeholder="${random}">`,
  },
  'what a button says': { html: ({ random }) => `<input type="button" value="${random}">` },
};

const digits: Record<string, Decoy> = {
  'a one-time code of six': { html: () => '<strong>482 915</strong>' },
  'a one-time code of six, an element a digit': {
    html: () => `<strong>${list([...'482915'], 'span')}</strong>`,
  },
  'a one-time code of eight': { html: () => '<code>4829 1573</code>' },
  'a one-time code of eight in a read-only field': { html: () => '<input readonly value="48291573">' },
  'backup codes of eight': {
    html: () => `<ol>${list(['4829 1573', '9184 2206', '7350 1148', '2093 6651'])}</ol>`,
  },
  'backup codes of eight, two beside each other': {
    html: () =>
      '<table><tr><td>4829 1573</td><td>9184 2206</td></tr><tr><td>7350 1148</td><td>2093 6651</td></tr></table>',
  },
  'an IMEI': { html: () => '<dl><dt>IMEI</dt><dd>356938035643809</dd></dl>' },
  'a card number': { html: () => '<p><span>4556 7375 8689 9855</span></p>' },
  'a card number in one run': { html: () => '<p><b>4556737586899855</b></p>' },
  'the end of a card number': { html: () => '<p><span>•••• •••• •••• 9855</span></p>' },
  'telephone numbers': {
    html: () => '<p><b>+49 1522 3433 333</b></p><p><b>0049152234333</b></p><p><b>1522 3433 3330</b></p>',
  },
  'an IBAN': { html: () => '<p><span>DE89 3704 0044 0532 0130 00</span></p>' },
  'a time stamp': { html: () => '<p><b>20260317T101500Z</b></p><p><b>202603171015</b></p>' },
  'a version': { html: () => '<p><b>120.0.6099.129</b></p>' },
};

const masks: Record<string, Decoy> = {
  'sixteen bullets': { html: () => '<strong>••••••••••••••••</strong>' },
  'sixteen asterisks': { html: () => '<strong>****************</strong>' },
  'groups of bullets': { html: () => '<strong>•••• •••• •••• ••••</strong>' },
  'groups of x': { html: () => '<strong>xxxx xxxx xxxx xxxx</strong>' },
  'groups of X with hyphens': { html: () => '<strong>xxxx-xxxx-xxxx-xxxx</strong>' },
  'sixteen times x': { html: () => '<strong>xxxxxxxxxxxxxxxx</strong>' },
  'sixteen times X in a read-only field': { html: () => '<input readonly value="XXXXXXXXXXXXXXXX">' },
  'a mask of an element a letter': { html: () => `<strong>${list([...'x'.repeat(16)], 'span')}</strong>` },
  'a mask whose end is seen': { html: ({ random }) => `<strong>************${random.slice(-4)}</strong>` },
  'rows of asterisks': {
    html: () =>
      `<table>${list(
        ['Phone', 'Laptop'].map((name) => `<td>${name}<td>****************`),
        'tr',
      )}</table>`,
  },
};

const entries: Record<string, Decoy> = {
  'existing passwords by name': {
    html: ({ name }) =>
      `<ul>${list([name, 'Old phone'].map((n) => `<span>${n}</span> <small>3 March</small> <button>✕</button>`))}</ul>`,
  },
  'existing passwords by a name of chance': {
    html: ({ random }) =>
      `<ul>${list([random, 'Old phone'].map((n) => `<span>${n}</span> <small>3 March</small> <button>✕</button>`))}</ul>`,
    unless: every(CHANCE),
  },
  'existing passwords in a table': {
    html: ({ random }) =>
      `<table>${list(
        [random, 'Old phone'].map((n) => `<td>${n}</td><td>3 March</td><td><button>✕</button></td>`),
        'tr',
      )}</table>`,
    unless: every(CHANCE),
  },
  'existing passwords in rows of no role': {
    html: ({ random }) =>
      list(
        [random, 'Old phone'].map((n) => `<div>${n}</div><div>3 March</div><button>✕</button>`),
        'div',
      ),
    unless: every(CHANCE),
  },
  'the name of an entry, repeated when it is to go': {
    html: ({ random }) =>
      `<ul><li><span>${random}</span> <button type="button">✕</button></li><li><span>Old phone</span></li></ul>`,
    act: async (place, { random }) => {
      place.querySelector('button')?.addEventListener('click', () => {
        place.innerHTML = `<div role="dialog"><b>${random}</b> is removed for good.</div>`;
      });
      await userEvent.click(place.querySelector('button') as Element);
    },
    // The list itself came after a click, and then it is a code.
    unless: every(CHANCE),
  },
  'recovery codes': {
    html: ({ grouped }) => `<ul>${list(turned(grouped))}</ul>`,
  },
  'recovery codes in blocks of a fixed width': {
    html: ({ grouped }) =>
      list(
        turned(grouped).map((code) => `<code>${code}</code>`),
        'div',
      ),
  },
  'one existing password': { html: ({ name }) => `<div><span>${name}</span><button>✕</button></div>` },
};

const samples: Record<string, Decoy> = {
  'a sample in a sentence of help': {
    html: () => '<p>It looks like <code>abcd efgh ijkl mnop</code>.</p>',
    unless: { 'microsoft-personal': ALONE },
  },
  'a sample with hyphens': { html: () => '<p>It looks like <code>abcd-efgh-ijkl-mnop</code>.</p>' },
  'a sample in one run': { html: () => '<p><code>abcdefghijklmnop</code></p>' },
  'a sample of capitals and digits': {
    html: () => '<p><code>ABCD1234EFGH5678</code></p><p><code>abcd1234efgh</code></p>',
  },
  'a sample in open details': {
    html: () =>
      '<details open><summary>Help</summary><p>Such as <code>abcd efgh ijkl mnop</code></p></details>',
    unless: { 'microsoft-personal': ALONE },
  },
  'a sample in closed details': {
    html: ({ grouped }) => `<details><summary>Help</summary><p><code>${grouped}</code></p></details>`,
  },
  'a code within a sentence': { html: ({ grouped }) => `<p>Type ${grouped} there, without the gaps.</p>` },
  'a letter too many': {
    html: ({ grouped }) => `<strong>${grouped.replace(/(.)$/, '$1$1$1$1$1')}x-</strong>`,
  },
};

const identifiers: Record<string, Decoy> = {
  'the key of an authenticator': {
    html: () =>
      '<p>Key:</p><p><code>JBSW Y3DP EHPK 3PXP</code></p><p><code>JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP</code></p>',
  },
  'what went wrong': { html: () => '<p>Something went wrong.</p><code>8d2b6f0a9c3e4d15</code>' },
  'a number to track': { html: () => '<p><b>1Z999AA10123456784</b></p>' },
  'a version at the foot of the page': { html: ({ random }) => `<footer><small>${random}</small></footer>` },
  'names written together': {
    html: () =>
      'TwoFactorAuth TwoStepVerification OutlookExpress2019 AppleMailOnMacOS PasswordManager2 Ersatzrufnummer'
        .split(' ')
        .map((name) => `<p><b>${name}</b></p>`)
        .join(''),
  },
  'serial numbers': {
    html: () => '<p><b>C02XG0FDJGH5</b></p><p><b>SM-G998BZKD</b></p>',
    unless: {
      zoho: SERIAL,
    },
  },
  'serial numbers in a list of definitions': {
    html: () => '<dl><dt>Serial number</dt><dd>C02XG0FDJGH5</dd><dt>Model</dt><dd>SM-G998BZKD</dd></dl>',
    unless: { zoho: SERIAL },
  },
  'names of devices': {
    html: () => '<p><b>MacBookPro18</b></p><p><b>GalaxyS23Ultra</b></p><p><b>iPhone15ProMax</b></p>',
    unless: { zoho: SERIAL },
  },
  'order numbers': {
    html: () => '<dl><dt>Order</dt><dd>ORD-2026-0317-4482</dd><dt>Invoice</dt><dd>20260317044821</dd></dl>',
  },
  'a UUID': { html: () => '<p><code>3f2b8c1e-9d47-4a60-b1f5-7c08e2d94a36</code></p>' },
  'a hash': {
    html: () => '<p><code>e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855</code></p>',
  },
  'a hash in groups': { html: () => '<p><code>e3b0 c442 98fc 1c14 9afb f4c8 996f b924 27ae</code></p>' },
  'a fingerprint': { html: () => '<p><code>9F:86:D0:81:88:4C:7D:65:9A:2F:EA:A0</code></p>' },
  base64: { html: () => '<p><code>dGhpcyBpcyBubyBjb2RlIGF0IGFsbCwgbm8=</code></p>' },
  coupons: {
    html: () => '<p><b>SPRING-2026-SALE</b></p><p><b>take-half-this-week</b></p><p><b>SAVE20SPRING</b></p>',
  },
  'names of files': { html: () => '<p><b>IMG_20260317_101500.jpg</b></p><p><b>responsibilities.pdf</b></p>' },
  'names of hosts': { html: () => '<p><b>imap.example.com</b></p><p><b>mailserverhoster.example</b></p>' },
  'an address': { html: ({ name }) => `<p><b>${name}@example.com</b></p>` },
  'an address in elements': {
    html: ({ name }) => `<p><b><span>${name}</span><span>@example.com</span></b></p>`,
  },
};

const LONG_WORDS = (
  'responsibilities authentification desactualizacion rappresentazione gebruikersnummer sahkopostiosoite ' +
  'kontoinstallning yetkilendirmemiz pertanggungjawab'
).split(' ');

/** Of every five words of such a length one, of every seventy codes one is as unlike words as these. */
const COULD_BE_CHANCE = ['benutzerkennwort', 'odpowiedzialnosc'];
const words: Record<string, Decoy> = {
  'buttons of four letters': { html: ({ words }) => `<p>${list(words, 'button')}</p>` },
  'links of four letters': {
    html: ({ words }) => `<nav>${words.map((word) => `<a href="#">${word}</a>`).join(' ')}</nav>`,
  },
  'tabs of four letters': {
    html: ({ words }) =>
      `<div role="tablist">${words.map((word) => `<span role="tab">${word}</span>`).join('')}</div>`,
  },
  'items of four letters': { html: ({ words }) => `<ul>${list(words)}</ul>` },
  'items of four letters in a row': {
    html: ({ words }) =>
      `<ul>${words.map((w) => `<li style="display: inline"><span>${w}</span></li>`).join('')}</ul>`,
  },
  'cells of four letters': { html: ({ words }) => `<table><tr>${list(words, 'td')}</tr></table>` },
  'spans of four letters in a bar': { html: ({ words }) => `<nav>${list(words, 'span')}</nav>` },
  'blocks of four letters': { html: ({ words }) => `<div>${list(words, 'div')}</div>` },
  'a heading of words of four letters': { html: ({ words }) => `<h2>${words.join(' ')}</h2>` },
  'a paragraph of words of four letters': { html: ({ words }) => `<p>${words.join(' ')}</p>` },
  'bold words of four letters': { html: ({ words }) => `<p><strong>${words.join(' ')}</strong></p>` },
  'words of four letters with hyphens': { html: ({ words }) => `<p><b>${words.join('-')}</b></p>` },
  'two words of sixteen letters': { html: () => '<p><strong>password strength</strong></p>' },
  'two words of sixteen letters, apart': {
    html: () => '<p><strong><span>password</span><span>strength</span></strong></p>',
  },
  'words of one letter': { html: () => `<p><b>${list([...'abcdefghijklmnopqrstuvwxyz'], 'a')}</b></p>` },
  'long words in nine languages': { html: () => list(LONG_WORDS, 'p') },
  'long words in bold': { html: () => LONG_WORDS.map((word) => `<p><strong>${word}</strong></p>`).join('') },
  'long words in a fixed width': {
    html: () => LONG_WORDS.map((word) => `<p><code>${word}</code></p>`).join(''),
  },
  'long words that could be chance': {
    html: () => COULD_BE_CHANCE.map((word) => `<p><strong>${word}</strong></p>`).join(''),
    unless: { google: ALONE, yandex: ALONE, 'microsoft-personal': ALONE },
  },
  'a long word on a button': {
    html: () => `<button>${LONG_WORDS[0]}</button> <a href="#">${LONG_WORDS[2]}</a>`,
  },
  'a name in a header': { html: ({ name }) => `<header><b>${name}</b></header>` },
  'a name in a menu': {
    html: ({ name }) => `<div role="menu"><div role="menuitem"><b>${name}</b></div></div>`,
  },
  'a name in a read-only field': { html: ({ name }) => `<input readonly value="${name}">` },
  'a word that flies by': { html: () => '<div role="status">Copied to clipboard</div>' },
  'a word that flies by, in letters': {
    html: () => '<div role="alert" style="position: fixed">copiedtoclipboard</div>',
  },
};

/** Each with the code itself inside, which must stay unseen. */
const hidden: Record<string, Decoy> = Object.fromEntries(
  Object.entries({
    'display: none': 'style="display: none"',
    'visibility: hidden': 'style="visibility: hidden"',
    'visibility: collapse': 'style="visibility: collapse"',
    'opacity: 0': 'style="opacity: 0"',
    'no size of letters': 'style="font-size: 0"',
    'no size of its box': 'style="width: 0; height: 0; overflow: hidden"',
    'no height of its box': 'style="max-height: 0; overflow: hidden"',
    'for screen readers, by clip':
      'style="position: absolute; width: 1px; height: 1px; overflow: hidden; clip: rect(0 0 0 0)"',
    'for screen readers, by clip-path': 'style="position: absolute; clip-path: inset(50%)"',
    'left of the page': 'style="position: absolute; left: -9999px"',
    'above the page': 'style="position: absolute; top: -9999px"',
    'shifted out of the page': 'style="position: absolute; transform: translateX(-9999px)"',
    'indented out of the page': 'style="text-indent: -9999px; overflow: hidden; white-space: nowrap"',
    'shrunk to nothing': 'style="transform: scale(0)"',
    'content-visibility: hidden': 'style="content-visibility: hidden"',
    'the attribute hidden': 'hidden',
    'hidden until found': 'hidden="until-found"',
    'a copy for nobody': 'aria-hidden="true" style="display: none"',
    'a popover that is closed': 'popover',
  }).map(([how, attributes]): [string, Decoy] => [
    `hidden: ${how}`,
    { html: ({ grouped }) => `<div ${attributes}><strong>${grouped}</strong></div>` },
  ]),
);

const unread: Record<string, Decoy> = {
  'a closed dialog': { html: ({ grouped }) => `<dialog><strong>${grouped}</strong></dialog>` },
  'a script': { html: ({ random }) => `<script type="text/plain">${random}</script>` },
  'data of a script': {
    html: ({ random }) => `<script type="application/json">{"key":"${random}"}</script>`,
  },
  'a style': { html: ({ random }) => `<style>${random} {}</style>` },
  'a template': { html: ({ grouped }) => `<template><strong>${grouped}</strong></template>` },
  noscript: { html: ({ grouped }) => `<noscript>${grouped}</noscript>` },
  'a comment': { html: ({ grouped }) => `<!--${grouped}-->` },
  attributes: {
    html: ({ random }) =>
      `<p title="${random}" aria-label="${random}" data-key="${random}"><img alt="${random}"> Ready.</p>`,
  },
  'the title of a drawing': {
    html: ({ random }) =>
      `<svg width="20" height="20"><title>${random}</title><desc>${random}</desc><rect width="20" height="20"/></svg>`,
  },
  'what a style adds': {
    html: ({ random }) => `<style>.added::before { content: '${random}' }</style><p class="added"></p>`,
  },
  'a frame nobody sees': {
    html: ({ grouped }) => `<iframe style="display: none" srcdoc="<b>${grouped}</b>"></iframe>`,
    act: loaded,
  },
  'a frame of no size': {
    html: ({ grouped }) =>
      `<iframe width="0" height="0" frameborder="0" srcdoc="<b>${grouped}</b>"></iframe>`,
    act: loaded,
  },
  'a canvas that says it another way': { html: ({ random }) => `<canvas>${random}</canvas>` },
  'a film that says it another way': { html: ({ random }) => `<video>${random}</video>` },
};

/** Until the frame's own document is there. */
async function loaded(place: HTMLElement): Promise<void> {
  const frame = place.querySelector('iframe') as HTMLIFrameElement;
  while (!frame.contentDocument?.querySelector('b')) await new Promise(requestAnimationFrame);
}

/** All that is no code, by name. */
export const decoys: Readonly<Record<string, Decoy>> = {
  ...inputs,
  ...digits,
  ...masks,
  ...entries,
  ...samples,
  ...identifiers,
  ...words,
  ...hidden,
  ...unread,
};
