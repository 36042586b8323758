import type { CodeShape } from '../../../providers/registry/types.ts';
import { type Chance, pick } from './seeded.ts';

/** Ways to draw a code. Each gets the element that shows it, or the field, and draws it in its own way there. */
export interface Drawing {
  code: string;
  shape: CodeShape;
  chance: Chance;
  /** Told of closed shadow roots, which a browser shows to its extensions only. */
  closed: (host: Element, root: ShadowRoot) => void;
}
export type Rendering = (place: HTMLElement, drawing: Drawing) => void;

const h = (name: string, text = '', attributes: Record<string, string> = {}): HTMLElement => {
  const element = document.createElement(name);
  element.textContent = text;
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  return element;
};

const groupsOf = (code: string, { group = 4, separator }: CodeShape): string[] =>
  separator ? code.split(separator) : (code.match(new RegExp(`.{1,${group}}`, 'g')) as string[]);

/** Groups with something between. A separator of the code's own stays. */
const grouped = (code: string, shape: CodeShape, gap: string): string =>
  groupsOf(code, shape).join(shape.separator ?? gap);

const letters = (code: string): HTMLElement[] => [...code].map((letter) => h('span', letter));

const inShadow =
  (hostName: string, mode: ShadowRootMode, wrap = 'div'): Rendering =>
  (place, { code, closed }) => {
    const host = h(hostName);
    const root = host.attachShadow({ mode });
    if (mode === 'closed') closed(host, root);
    root.append(h(wrap, code));
    place.replaceChildren(host);
  };

const later = (then: () => void, ms = 150): void => void setTimeout(then, ms);

const MOST_WRAPPERS = 6;

/** Drawn at once, with the shape's groups. */
export const inGroups: Record<string, Rendering> = {
  'an element a letter, gaps in elements of their own': (place, { code, shape }) => {
    const size = shape.group ?? 4;
    const all = letters(code).flatMap((letter, i) =>
      i && i % size === 0 ? [h('span', '\u00a0'), letter] : [letter],
    );
    place.replaceChildren(...(shape.separator ? letters(code) : all));
  },
  'groups, no-break spaces': (place, { code, shape }) =>
    place.replaceChildren(grouped(code, shape, '\u00a0')),
  'groups, thin spaces': (place, { code, shape }) => place.replaceChildren(grouped(code, shape, '\u2009')),
  'groups, three blanks': (place, { code, shape }) => place.replaceChildren(grouped(code, shape, '   ')),
  'groups, line breaks in the source': (place, { code, shape }) =>
    place.replaceChildren(`\n   ${grouped(code, shape, '\n    ')}\n`),
  'groups in spans, nothing between': (place, { code, shape }) => {
    const parts = groupsOf(code, shape).map((part) => h('span', part));
    if (!shape.separator) return place.replaceChildren(...parts);
    place.replaceChildren(...parts.flatMap((part, i) => (i ? [h('span', shape.separator), part] : [part])));
  },
  'groups in blocks side by side': (place, { code, shape }) => {
    place.style.display = 'flex';
    place.style.gap = '1ch';
    const sep = shape.separator ?? '';
    const parts = groupsOf(code, shape);
    place.replaceChildren(...parts.map((part, i) => h('div', i < parts.length - 1 ? part + sep : part)));
  },
  'groups on two lines': (place, { code, shape }) => {
    const parts = groupsOf(code, shape);
    const half = parts.length / 2;
    const gap = shape.separator ?? ' ';
    place.replaceChildren(
      parts.slice(0, half).join(gap) + (shape.separator ?? ''),
      h('br'),
      parts.slice(half).join(gap),
    );
  },
  'groups with zero-width characters': (place, { code, shape }) =>
    place.replaceChildren(`\u200e${grouped(code, shape, '\u200b \u2060')}\ufeff`),
};

/** Drawn at once. */
export const atOnce: Record<string, Rendering> = {
  'one run': (place, { code }) => place.replaceChildren(code),
  'an element a letter': (place, { code }) => place.replaceChildren(...letters(code)),
  'an element a letter, each on a line of the source': (place, { code }) => {
    place.replaceChildren(...letters(code).flatMap((letter) => ['\n      ', letter]), '\n');
  },
  'letters in elements in elements': (place, { code }) => {
    place.replaceChildren(
      ...[...code].map((letter) => {
        const outer = h('span');
        outer.append(h('b', letter));
        return outer;
      }),
    );
  },
  'wrapped by chance': (place, { code, chance }) => {
    let inside = h(pick(chance, ['span', 'strong', 'p', 'code']), code);
    for (let n = chance(MOST_WRAPPERS); n > 0; n--) {
      const outer = h(pick(chance, ['div', 'span', 'section', 'font', 'bdi']));
      outer.append('\n  ', inside, '\n');
      inside = outer;
    }
    place.replaceChildren(inside);
  },
  'browser translation': (place, { code }) => {
    const [outer, inner] = [h('font', '', { style: 'vertical-align: inherit' }), h('font', code)];
    outer.append(inner);
    place.replaceChildren(outer);
  },
  'left to right by itself': (place, { code }) => place.replaceChildren(h('bdi', code, { dir: 'ltr' })),
  'isolates and marks': (place, { code }) => place.replaceChildren(`\u2066\u200e${code}\u2069`),
  'soft hyphens': (place, { code }) => place.replaceChildren(code.replace(/(.{5})/g, '$1\u00ad')),
  'display: contents': (place, { code }) => {
    const outer = h('div', '', { style: 'display: contents' });
    outer.append(h('span', code, { style: 'display: contents' }));
    place.replaceChildren(outer);
  },
  preformatted: (place, { code }) => place.replaceChildren(h('pre', `${code}\n`)),
  'in an output': (place, { code }) => place.replaceChildren(h('output', code)),
  'drawn as vectors': (place, { code }) => {
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    const text = document.createElementNS('http://www.w3.org/2000/svg', 'text');
    text.setAttribute('y', '20');
    text.textContent = code;
    svg.append(text);
    place.replaceChildren(svg);
  },
  'a read-only field': (place, { code }) =>
    place.replaceChildren(h('input', '', { readonly: '', value: code, size: '40' })),
  'a read-only field inside its label': (place, { code }) => {
    const label = h('label', 'Code ');
    label.append(h('input', '', { readonly: '', value: code, size: '40' }));
    place.replaceChildren(label);
  },
  'a disabled field': (place, { code }) =>
    place.replaceChildren(h('input', '', { disabled: '', value: code, size: '40' })),
  'a read-only text area': (place, { code }) =>
    place.replaceChildren(h('textarea', code, { readonly: '', cols: '40' })),
  'a button beside it': (place, { code }) => place.replaceChildren(code, ' ', h('button', 'Copy')),
  'a link beside it': (place, { code }) => place.replaceChildren(code, ' ', h('a', 'copy', { href: '#' })),
  'an icon drawn by letters beside it': (place, { code }) =>
    place.replaceChildren(h('span', code), h('i', 'content_copy', { 'aria-hidden': 'true' })),
  'an icon drawn by letters right after it': (place, { code }) =>
    place.replaceChildren(code, h('i', 'content_copy')),
  'an icon drawn by letters before the letters': (place, { code }) =>
    place.replaceChildren(h('i', 'vpn_key'), ...letters(code)),
  'a word to click right after it': (place, { code }) =>
    place.replaceChildren(code, h('span', 'Copy', { class: 'link' })),
  'a drawing with a title after it': (place, { code }) => {
    place.replaceChildren(code);
    place.insertAdjacentHTML(
      'beforeend',
      '<svg width="9" height="9"><title>Copy</title><path d="M0 0"/></svg>',
    );
  },
  'a label in bold before it': (place, { code }) => place.replaceChildren(h('b', 'Password:'), ' ', code),
  'in quotation marks': (place, { code }) => place.replaceChildren(`“${code}”`),
  'between comments': (place, { code }) =>
    place.replaceChildren(
      ...[code.slice(0, 5), code.slice(5)].flatMap((part) => [document.createComment(''), part]),
    ),
  'a text box that is read-only': (place, { code }) =>
    place.replaceChildren(h('div', code, { role: 'textbox', 'aria-readonly': 'true' })),
  'hyphens that do not break': (place, { code }) => place.replaceChildren(code.replaceAll('-', '\u2011')),
  'a word for screen readers before it': (place, { code }) =>
    place.replaceChildren(
      h('span', 'Password', {
        style: 'position: absolute; width: 1px; height: 1px; overflow: hidden; clip: rect(0 0 0 0)',
      }),
      h('span', code),
    ),
  'a hidden word after it': (place, { code }) =>
    place.replaceChildren(code, h('span', 'copied', { style: 'display: none' })),
  'on a line of its own': (place, { code }) =>
    place.replaceChildren('Your password:', h('br'), code, h('br'), 'Write it down.'),
  'inside what copies it': (place, { code }) =>
    place.replaceChildren(h('button', code, { type: 'button', title: 'Copy' })),
  'in an open shadow root': inShadow('div', 'open'),
  'in a custom element': inShadow('x-code', 'open', 'strong'),
  'in a closed shadow root': inShadow('x-code', 'closed'),
  'right in a shadow root': (place, { code }) => {
    const host = h('div');
    host.attachShadow({ mode: 'open' }).append(code);
    place.replaceChildren(host);
  },
  'in a shadow root in a shadow root': (place, { code }) => {
    const [outer, inner] = [h('x-outer'), h('span')];
    inner.attachShadow({ mode: 'open' }).append(h('code', code));
    outer.attachShadow({ mode: 'open' }).append(inner);
    place.replaceChildren(outer);
  },
  'slotted into a custom element': (place, { code }) => {
    const host = h('x-box', code);
    host.attachShadow({ mode: 'open' }).innerHTML = '<div style="border: 1px solid"><slot></slot></div>';
    place.replaceChildren(host);
  },
  'in a frame of its own source': (place, { code }) =>
    place.replaceChildren(h('iframe', '', { srcdoc: `<body><p>Here:</p><strong>${code}</strong></body>` })),
  'in a blank frame': (place, { code }) => {
    const frame = h('iframe') as HTMLIFrameElement;
    place.replaceChildren(frame);
    frame.contentDocument?.body.append(h('div', code));
  },
};

/** Drawn bit by bit, or revealed later. */
export const overTime: Record<string, Rendering> = {
  'revealed by a class': (place, { code }) => {
    place.replaceChildren(h('style', '.not-yet { display: none }'), h('div', code, { class: 'not-yet' }));
    later(() => place.lastElementChild?.removeAttribute('class'));
  },
  'revealed by a style of its own': (place, { code }) => {
    place.replaceChildren(h('div', code, { style: 'visibility: hidden' }));
    later(() => place.firstElementChild?.removeAttribute('style'));
  },
  'revealed by an attribute': (place, { code }) => {
    const outer = h('div', '', { hidden: '' });
    outer.append(h('span', code), h('button', 'Copy'));
    place.replaceChildren(outer);
    later(() => outer.removeAttribute('hidden'));
  },
  'hidden with words, and revealed': (place, { code }) => {
    const outer = h('div', '', { hidden: '' });
    outer.append(h('span', code), h('span', 'copied', { style: 'display: none' }));
    place.replaceChildren(outer);
    later(() => outer.removeAttribute('hidden'));
  },
  'faded in': (place, { code }) => {
    place.replaceChildren(
      h('style', '@keyframes appear { from, 60% { opacity: 0 } to { opacity: 1 } }'),
      h('div', code, { style: 'animation: appear 0.4s' }),
    );
  },
  'revealed by a style sheet alone': (place, { code }) => {
    const style = h('style', '.quiet { display: none }') as HTMLStyleElement;
    place.replaceChildren(style, h('div', code, { class: 'quiet' }));
    later(() => style.sheet?.deleteRule(0));
  },
  'in a dialog that opens': (place, { code }) => {
    const dialog = h('dialog') as HTMLDialogElement;
    dialog.append(h('p', code));
    place.replaceChildren(dialog);
    later(() => dialog.isConnected && dialog.showModal());
  },
  'in a popover that opens': (place, { code }) => {
    const popover = h('div', code, { popover: 'manual' });
    place.replaceChildren(popover);
    later(() => popover.isConnected && popover.showPopover());
  },
  'in a disclosure that opens': (place, { code }) => {
    const details = h('details') as HTMLDetailsElement;
    details.append(h('summary', 'Show'), h('div', code));
    place.replaceChildren(details);
    later(() => {
      details.open = true;
    });
  },
  'letter by letter': (place, { code }) => {
    const box = h('div');
    place.replaceChildren(box);
    const left = letters(code);
    const timer = setInterval(() => {
      const letter = left.shift();
      if (letter) box.append(letter);
      else clearInterval(timer);
    }, 15);
  },
  'typed out in one text': (place, { code }) => {
    const text = document.createTextNode('');
    place.replaceChildren(text);
    let shown = 0;
    const timer = setInterval(() => {
      text.data = code.slice(0, ++shown);
      if (shown === code.length) clearInterval(timer);
    }, 15);
  },
  'in texts beside each other': (place, { code }) => {
    place.replaceChildren(code.slice(0, 5));
    later(() => place.append(code.slice(5, 11)), 30);
    later(() => place.append(code.slice(11)), 60);
  },
  'bullets first': (place, { code }) => {
    place.textContent = '•'.repeat(code.length);
    later(() => {
      place.textContent = code;
    });
  },
  'a field filled later, without a mutation': (place, { code }) => {
    const field = h('input', '', { readonly: '', size: '40' }) as HTMLInputElement;
    place.replaceChildren(field);
    later(() => {
      field.value = code;
    });
  },
  'a field shown after it was masked': (place, { code }) => {
    const field = h('input', '', { readonly: '', type: 'password', value: code, size: '40' });
    place.replaceChildren(field);
    later(() => field.setAttribute('type', 'text'));
  },
  'a field that becomes read-only': (place, { code }) => {
    const field = h('input', '', { value: code, size: '40' });
    place.replaceChildren(field);
    later(() => field.setAttribute('readonly', ''));
  },
  'a shadow root that comes later': (place, { code }) => {
    const host = h('x-late');
    place.replaceChildren(host);
    later(() => host.attachShadow({ mode: 'open' }).append(h('b', code)));
  },
  'gone again soon': (place, { code }) => {
    place.textContent = code;
    later(() => place.replaceChildren(), 120);
  },
  'in a storm': (place, { code }) => {
    const noise = h('div');
    document.body.append(noise);
    let count = 0;
    const storm = setInterval(() => {
      noise.textContent = `busy ${count++}`;
      if (count === 120) clearInterval(storm);
    }, 5);
    place.replaceChildren();
    later(() => place.replaceChildren(h('div', code)));
  },
  'moved about': (place, { code }) => {
    const box = h('div', code);
    place.replaceChildren();
    document.body.append(box);
    later(() => place.append(box), 20);
  },
};
