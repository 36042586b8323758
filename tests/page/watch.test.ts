import { afterEach, describe, expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { page as google } from '../../providers/google.ts';
import { page as microsoft } from '../../providers/microsoft-personal.ts';
import { watched } from '../../providers/registry/page-script.ts';
import type { ProviderPage } from '../../providers/registry/types.ts';
import { page as yahoo } from '../../providers/yahoo.ts';
import { findAccount } from '../../utils/detection/find-account.ts';
import { pageState } from '../../utils/detection/page-state.ts';
import { type Detected, watchPage } from '../../utils/detection/watch.ts';
import { codesIn, type DetectedCode, isCode } from './detected.ts';
import { loadFixture, loadHtml } from './load.ts';

const CODE = 'qwertyuiopasdfgh';
const EMAIL = 'test.person@example.com';
const facts = { email: EMAIL, codes: [CODE, 'zxcvbnmlkjhgfdsa'] };

/** Codes that are looked for, to know that a look has been taken. */
let probes = 0;
const nextProbe = (): string => `xkqwvjzwpgqbmh${(probes++ + 370).toString(36)}`.replace(/\d/g, 'z');

let stop = new AbortController();
afterEach(() => stop.abort());

interface Watching {
  detected: Detected[];
  /** What was told of the first code. */
  code: () => Promise<DetectedCode>;
  /** Resolves when the page has been looked at: a code that came after everything else has been seen. */
  looked: () => Promise<void>;
}

function watching(page: ProviderPage): Watching {
  stop = new AbortController();
  const detected: Detected[] = [];
  watchPage(document, watched(page), (one) => detected.push(one), stop.signal);
  return {
    detected,
    code: () => vi.waitFor(() => detected.find(isCode) ?? expect.fail('no code was seen')),
    looked: async () => {
      const probe = nextProbe();
      const dialog = document.createElement('div');
      dialog.role = 'dialog';
      dialog.innerHTML = `<strong>${[...probe].map((letter) => `<span>${letter}</span>`).join('')}</strong>`;
      document.body.append(dialog);
      await vi.waitFor(() => expect(codesIn(detected)).toContain(probe));
      dialog.remove();
      detected.splice(
        detected.findIndex((one) => isCode(one) && one.password === probe),
        1,
      );
    },
  };
}

async function makeGooglePassword(name = 'Saleshandy'): Promise<void> {
  await userEvent.fill(document.querySelector('input') as Element, name);
  await userEvent.click(document.querySelector('form button') as Element);
}

describe('Google', () => {
  for (const gap of ['spans', 'inside', 'nbsp', 'none'] as const) {
    test(`the code with gaps: ${gap}`, async () => {
      loadFixture('google/create', { ...facts, gap });
      const { code } = watching(google);
      await makeGooglePassword();
      expect(await code()).toMatchObject({
        password: CODE,
        code: 'certain',
        email: EMAIL,
        account: 'certain',
      });
    });
  }

  test('in a right-to-left page', async () => {
    loadFixture('google/create', { ...facts, dir: 'rtl' });
    const { code } = watching(google);
    await makeGooglePassword();
    expect((await code()).password).toBe(CODE);
  });

  test('the page before 2023, with nothing between the letters', async () => {
    loadFixture('google/generation1', facts);
    const { code } = watching(google);
    await userEvent.click(document.getElementById('generate') as Element);
    expect(await code()).toMatchObject({
      password: CODE,
      code: 'certain',
      email: EMAIL,
    });
  });

  test('each code once, and the second one too', async () => {
    loadFixture('google/create', facts);
    const { detected, code, looked } = watching(google);
    await makeGooglePassword();
    await code();
    await userEvent.click(document.querySelector('.veil button') as Element);
    await makeGooglePassword('Another');
    await vi.waitFor(() => expect(detected.filter(isCode)).toHaveLength(2));
    await looked();
    expect(codesIn(detected)).toEqual(facts.codes);
  });

  test('a name that looks like a code is the name', async () => {
    loadFixture('google/create', facts);
    const { detected, code } = watching(google);
    await makeGooglePassword('abcdefghijklmnop');
    await code();
    await userEvent.click(document.querySelector('.veil button') as Element);
    await vi.waitFor(() => expect(document.querySelectorAll('#entries li')).toHaveLength(2));
    expect(codesIn(detected)).toEqual([CODE]);
  });

  test('what the user types is no code, however the page repeats it', async () => {
    loadHtml('<body><input><div role="dialog"><strong></strong></div></body>');
    const { detected, looked } = watching(google);
    const [input, strong] = [document.querySelector('input'), document.querySelector('strong')];
    input?.addEventListener('input', () => strong?.replaceChildren(input.value));
    await userEvent.type(input as Element, 'abcd efgh ijkl mnop');
    expect(strong?.textContent).toBe('abcd efgh ijkl mnop');
    await looked();
    expect(detected.filter(isCode)).toEqual([]);
  });

  test('the same code, changed around, is told once', async () => {
    loadFixture('google/create', facts);
    const { detected, code, looked } = watching(google);
    await makeGooglePassword();
    await code();
    const dialog = document.querySelector('[aria-modal]') as Element;
    for (const name of ['a', 'b', 'c']) {
      dialog.className = name;
      await looked();
    }
    expect(detected.filter(isCode)).toHaveLength(1);
  });

  test('an account that is named after the code was shown', async () => {
    loadFixture('google/create', facts);
    const chip = document.querySelector('[aria-label]');
    const label = chip?.getAttribute('aria-label') ?? '';
    chip?.setAttribute('aria-label', '');
    const { detected, code } = watching(google);
    await makeGooglePassword();
    expect((await code()).account).toBeUndefined();
    chip?.setAttribute('aria-label', label);
    await vi.waitFor(
      () => expect(detected[1]).toEqual({ type: 'account-detected', email: EMAIL, account: 'certain' }),
      {
        timeout: 5_000,
      },
    );
  });

  test('whether app passwords can be made', () => {
    loadFixture('google/create', facts);
    expect(pageState(document, watched(google), false)).toBe('ready');
    loadFixture('google/unavailable', facts);
    // What is not there may still come.
    expect(pageState(document, watched(google), false)).toBe('unknown');
    expect(pageState(document, watched(google), true)).toBe('unavailable');
  });
});

test('Yahoo: four groups beside a Copy link, the account only suggested', async () => {
  loadFixture('yahoo/create', facts);
  const { code } = watching(yahoo);
  await userEvent.fill(document.getElementById('name') as Element, 'Saleshandy');
  await userEvent.click(document.getElementById('generate') as Element);
  expect(await code()).toMatchObject({
    password: CODE,
    code: 'certain',
    email: EMAIL,
    account: 'likely',
  });
});

test('Microsoft: there when the page arrives, account unknown', async () => {
  loadFixture('microsoft-personal/shown', facts);
  history.replaceState(null, '', '/proofs/AppPassword');
  const { code } = watching(microsoft);
  const seen = await code();
  expect(seen.password).toBe(CODE);
  expect(seen.account).toBeUndefined();
});

test('Microsoft: refused', () => {
  loadFixture('microsoft-personal/unavailable', facts);
  expect(pageState(document, watched(microsoft), false)).toBe('unavailable');
});

describe('what is drawn in other ways', () => {
  const drawn: Record<string, string> = {
    field: `<div role="dialog"><input readonly value="${CODE}"></div>`,
    'no-break spaces and zero-width characters':
      '<code>qwer\u00A0tyui\u200B\u00A0opas\u00A0dfgh\u2060</code>',
    'groups in elements of their own': '<b><i>qwer</i><i>tyui</i><i>opas</i><i>dfgh</i></b>',
    'a browser translation around it': `<div role="dialog"><font><font>${CODE}</font></font></div>`,
    'display: contents':
      '<div role="dialog" style="display: contents"><span style="display: contents">qwer tyui opas dfgh</span></div>',
    'letters that a font joins': `<strong style="font-family: serif">${[...'fifflffiabcdefgh'].map((c) => `<span>${c}</span>`).join('')}</strong>`,
  };
  for (const [how, html] of Object.entries(drawn)) {
    test(how, async () => {
      loadHtml(`<body>${html}</body>`);
      expect((await watching(google).code()).password).toHaveLength(16);
    });
  }

  test('a dialog that fades in', async () => {
    loadHtml('<body><p>…</p></body>');
    const { code } = watching(google);
    const dialog = document.createElement('div');
    dialog.role = 'dialog';
    dialog.textContent = 'qwer tyui opas dfgh';
    dialog.animate([{ opacity: 0 }, { opacity: 0, offset: 0.5 }, { opacity: 1 }], 600);
    document.body.append(dialog);
    expect((await code()).password).toBe(CODE);
  });

  test('an element that is there from the start, empty and hidden', async () => {
    loadHtml('<body><div id="box" hidden role="dialog"><div id="key"></div></div></body>');
    const { detected, code, looked } = watching(google);
    (document.getElementById('key') as Element).innerHTML =
      '<span>qwer</span><span>tyui</span><span>opas</span><span>dfgh</span>';
    await looked();
    expect(detected.some(isCode)).toBe(false);
    (document.getElementById('box') as HTMLElement).hidden = false;
    expect((await code()).password).toBe(CODE);
  });

  test('letter by letter, in a storm of other changes', async () => {
    loadHtml('<body><div role="dialog"><strong></strong></div><p></p></body>');
    const { code } = watching(google);
    const [strong, p] = [document.querySelector('strong') as Element, document.querySelector('p') as Element];
    const storm = setInterval(() => {
      p.textContent = String(Math.random());
    }, 5);
    try {
      for (const letter of CODE) {
        strong.append(Object.assign(document.createElement('span'), { textContent: letter }));
        await new Promise(requestAnimationFrame);
      }
      expect((await code()).password).toBe(CODE);
    } finally {
      clearInterval(storm);
    }
  });
});

describe('in trees of their own', () => {
  const LETTERS = [...CODE].map((letter) => `<span>${letter}</span>`).join('');
  const DIALOG = `<div role="dialog"><strong>${LETTERS}</strong></div>`;

  test('an open shadow root, filled later', async () => {
    loadHtml('<body><x-dialog></x-dialog></body>');
    const { code } = watching(google);
    const root = (document.querySelector('x-dialog') as Element).attachShadow({ mode: 'open' });
    root.innerHTML = '<p></p>';
    requestAnimationFrame(() => {
      root.innerHTML = DIALOG;
    });
    expect((await code()).password).toBe(CODE);
  });

  test('letters right inside a shadow root, with its styles', async () => {
    loadHtml('<body><div role="dialog"><x-code></x-code></div></body>');
    const root = (document.querySelector('x-code') as Element).attachShadow({ mode: 'open' });
    root.innerHTML = `<style>span { color: inherit }</style>${LETTERS}`;
    expect((await watching(google).code()).password).toBe(CODE);
  });

  test('text right inside a shadow root of a shadow root', async () => {
    loadHtml('<body><div role="dialog"><x-outer></x-outer></div></body>');
    const outer = (document.querySelector('x-outer') as Element).attachShadow({ mode: 'open' });
    outer.innerHTML = '<div><x-inner></x-inner></div>';
    const inner = (outer.querySelector('x-inner') as Element).attachShadow({ mode: 'open' });
    inner.append('qwer tyui opas dfgh');
    expect((await watching(google).code()).password).toBe(CODE);
  });

  test('a closed shadow root, where the browser shows it', async () => {
    loadHtml('<body><x-dialog></x-dialog></body>');
    const host = document.querySelector('x-dialog') as Element;
    const root = host.attachShadow({ mode: 'closed' });
    root.innerHTML = DIALOG;
    stop = new AbortController();
    const detected: Detected[] = [];
    watchPage(
      document,
      watched(google),
      (one) => detected.push(one),
      stop.signal,
      (element) => (element === host ? root : null),
    );
    await vi.waitFor(() => expect(codesIn(detected)).toContain(CODE));
  });

  test('frames: with a document of their own, or written into', async () => {
    for (const attribute of [`srcdoc='${DIALOG}'`, '']) {
      loadHtml(`<body><iframe ${attribute} width="400" height="200"></iframe></body>`);
      const { code } = watching(google);
      const frame = document.querySelector('iframe') as HTMLIFrameElement;
      if (!attribute) (frame.contentDocument as Document).body.innerHTML = DIALOG;
      expect((await code()).password).toBe(CODE);
      stop.abort();
    }
  });

  test('not in a frame nobody sees', async () => {
    loadHtml(`<body><iframe srcdoc='${DIALOG}' style="visibility: hidden"></iframe></body>`);
    const { detected, looked } = watching(google);
    const frame = document.querySelector('iframe') as HTMLIFrameElement;
    await vi.waitFor(() => expect(frame.contentDocument?.querySelector('strong')).not.toBeNull());
    await looked();
    expect(detected.filter(isCode)).toEqual([]);
  });
});

describe('beside other things', () => {
  test('a hidden "Copied!" among the letters', async () => {
    const letters = [...CODE].map((letter) => `<span>${letter}</span>`).join('');
    loadHtml(`<body><div role="dialog"><b>${letters}<i hidden>copied</i></b></div></body>`);
    expect((await watching(google).code()).password).toBe(CODE);
  });

  test('text that is divided between an element and one within it keeps its order', async () => {
    loadHtml('<body><div role="dialog"><b>qwer <i>tyui</i> opas <i>dfgh</i></b></div></body>');
    expect((await watching(google).code()).password).toBe(CODE);
  });
});

describe('what is no code', () => {
  const decoys: Record<string, string> = {
    'a password field': `<div role="dialog"><input type="password" readonly value="${CODE}"></div>`,
    'a field to type in': `<div role="dialog"><input value="${CODE}"></div>`,
    'two words of sixteen letters': '<div role="dialog"><strong>password strength</strong></div>',
    'two words in elements side by side':
      '<div role="dialog"><b><span>password</span><span>strength</span></b></div>',
    'part of a sentence': '<div role="dialog"><strong>Your device qwer tyui opas dfgh</strong></div>',
    'a row of four buttons':
      '<div role="dialog"><p><button>Save</button><button>Copy</button><button>Edit</button><button>Done</button></p></div>',
    'a row of four lower-case buttons':
      '<div role="dialog"><p><button>save</button> <button>copy</button> <button>edit</button> <button>done</button></p></div>',
    'a masked value': '<div role="dialog"><strong>•••• •••• •••• ••••</strong></div>',
    'sixteen asterisks': '<div role="dialog"><strong>****************</strong></div>',
    'a one-time code': '<div role="dialog"><strong>123 456</strong></div>',
    'hidden text': '<div role="dialog" style="display: none">qwer tyui opas dfgh</div>',
    'invisible text': '<div role="dialog" style="visibility: hidden">qwer tyui opas dfgh</div>',
    'faded text': '<div role="dialog" style="opacity: 0">qwer tyui opas dfgh</div>',
    'text of no size': '<div role="dialog" style="font-size: 0">qwer tyui opas dfgh</div>',
    'text parked off the page':
      '<div role="dialog" style="position: absolute; left: -9999px">qwer tyui opas dfgh</div>',
    'a closed disclosure': '<div role="dialog"><details><p>qwer tyui opas dfgh</p></details></div>',
    'text right inside a closed disclosure':
      '<div role="dialog"><details>qwer tyui opas dfgh</details></div>',
    'a script': '<div role="dialog"><script type="x">qwer tyui opas dfgh</script></div>',
    'an existing entry': '<ul><li><span>abcdefghijklmnop</span> <small>Created on 3 March</small></li></ul>',
    'a long word': '<p>internationalise</p>',
    'four words': '<div><p>home page help more</p></div>',
    'a name in a row of rows':
      '<div><div><span>zxqvwkjpfghtrbnm</span><button>x</button></div><div><span>phone</span><button>x</button></div></div>',
    'a word apart': '<p><strong>characterization</strong></p>',
    'seventeen letters': '<div role="dialog"><strong>qwertyuiopasdfghj</strong></div>',
    capitals: '<div role="dialog"><strong>QWER TYUI OPAS DFGH</strong></div>',
    'other groups': '<div role="dialog"><strong>qwe rtyui opasd fgh</strong></div>',
  };
  for (const [what, html] of Object.entries(decoys)) {
    test(what, async () => {
      loadHtml(`<body>${html}</body>`);
      const { detected, looked } = watching(google);
      await looked();
      expect(detected.filter(isCode)).toEqual([]);
    });
  }
});

const accountIn = (page: ProviderPage) => findAccount(document, watched(page));

describe('the account', () => {
  test('the last address in the chip, whatever the words', () => {
    loadHtml(`<body><a href="https://accounts.google.com/SignOutOptions?x" aria-label="Google アカウント： A (b@example.org) 　
      (${EMAIL})"></a></body>`);
    expect(accountIn(google)).toEqual({ email: EMAIL, account: 'certain' });
  });

  test('none when the chip names no address', () => {
    loadHtml(
      '<body><a href="https://accounts.google.com/SignOutOptions?x" aria-label="Cuenta de Google: Test"></a><p>securesally@gmail.com</p></body>',
    );
    expect(accountIn(google)).toBeUndefined();
  });

  test('none when a header names two', () => {
    loadHtml('<body><header><b>a@example.com</b><b>b@example.com</b></header></body>');
    expect(accountIn(yahoo)).toBeUndefined();
  });

  test('none from a text that says more', () => {
    for (const text of ['Help: support@example.com', 'Is recovery@example.com still yours?']) {
      loadHtml(`<body><header><p>${text}</p></header></body>`);
      expect(accountIn(yahoo), text).toBeUndefined();
    }
    loadHtml(`<body><header><b>Test Person</b> <i>(${EMAIL})</i></header></body>`);
    expect(accountIn(yahoo)?.email).toBe(EMAIL);
  });

  test('a name and an address side by side stay apart', () => {
    loadHtml(`<body><header><span>Test</span><span>${EMAIL}</span></header></body>`);
    expect(accountIn(yahoo)?.email).toBe(EMAIL);
  });
});
