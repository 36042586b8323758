/** A page as somebody without scripts sees it. */
export interface Page {
  status: number;
  headers: Headers;
  html: string;
  heading: string;
  /** What is said to be wrong. */
  alert: string | undefined;
  /** By their labels: the names they are sent under. */
  fields: Record<string, string>;
  /** By their words: what pressing them sends as `action`. */
  buttons: Record<string, string>;
  action: string;
}

interface Cookie {
  name: string;
  value: string;
  path: string;
}

/** Somebody with a browser: keeps cookies, follows redirects, and fills in forms by their labels. */
export class Visitor {
  readonly #cookies = new Map<string, Cookie>();
  readonly #origin: string;

  constructor(origin: string) {
    this.#origin = origin;
  }

  /** The values of all cookies. */
  get cookies(): string[] {
    return [...this.#cookies.values()].map(({ value }) => value);
  }

  /** @returns the page at the end; or the address at another origin that one is sent to */
  async open(address: string, init: RequestInit = {}): Promise<Page | URL> {
    const url = new URL(address, this.#origin);
    if (url.origin !== this.#origin) return url;
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { ...init.headers, Cookie: this.#cookiesFor(url) },
    });
    this.#keep(response);
    const next = response.headers.get('Location');
    if (!next) return readPage(response);
    await response.body?.cancel();
    // As a browser does after a form.
    if (response.status !== 303) throw new Error(`${response.status} to ${next}`);
    return this.open(new URL(next, url).href);
  }

  /** Presses a button of a page, with what is filled in. */
  press(page: Page, button: string, values: Record<string, string> = {}): Promise<Page | URL> {
    const form = new URLSearchParams({ action: known(page.buttons, button) });
    for (const [label, value] of Object.entries(values)) form.set(known(page.fields, label), value);
    return this.open(page.action, { method: 'POST', body: form });
  }

  #cookiesFor({ pathname }: URL): string {
    return [...this.#cookies.values()]
      .filter(({ path }) => pathname === path || pathname.startsWith(path.replace(/\/?$/, '/')))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }

  #keep(response: Response): void {
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) as unknown as [string, string, string];
      const path = /; path=([^;]+)/i.exec(line)?.[1] ?? '/';
      const expires = /; expires=([^;]+)/i.exec(line)?.[1];
      const key = `${name} ${path}`;
      if (value === '' || (expires && Date.parse(expires) < Date.now())) this.#cookies.delete(key);
      else this.#cookies.set(key, { name, value, path });
    }
  }
}

function known(names: Record<string, string>, name: string): string {
  const value = names[name];
  if (value === undefined) throw new Error(`There is no ${name}, only: ${Object.keys(names).join(', ')}`);
  return value;
}

async function readPage(response: Response): Promise<Page> {
  const html = await response.text();
  const one = (pattern: RegExp): string | undefined => pattern.exec(html)?.[1];
  const namesById = new Map(
    [...html.matchAll(/<input id="(\w+)" name="(\w+)"/g)].map(([, id, name]) => [id, name]),
  );
  const labels = [...html.matchAll(/<label for="(\w+)">([^<]+)</g)];
  const buttons = [...html.matchAll(/<button[^>]*value="([\w-]+)"[^>]*>([^<]+)</g)];
  return {
    status: response.status,
    headers: response.headers,
    html,
    heading: text(one(/<h1[^>]*>([^<]*)</)),
    alert: text(one(/role="alert">([^<]*)</)) || undefined,
    fields: Object.fromEntries(labels.map(([, id, label]) => [text(label), namesById.get(id) ?? ''])),
    buttons: Object.fromEntries(buttons.map(([, value, label]) => [text(label), value ?? ''])),
    action: one(/<form method="post" action="([^"]+)"/) ?? '',
  };
}

const text = (html = ''): string =>
  html
    .replace(/&#39;/g, "'")
    .replace(/&quot;/g, '"')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&');
