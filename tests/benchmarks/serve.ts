import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createPki } from '../servers/pki.ts';

/** A provider's host, and an address on it that is an app-password page. */
export const HOST = 'myaccount.google.com';
export const ROUTE = `https://${HOST}/apppasswords`;
export const ELSEWHERE = `https://${HOST}/security`;

export interface Served {
  port: number;
  spki: string;
  stop(): Promise<void>;
}

/** Serves one page at every address of every host. */
export async function serve(html: string | (() => string), hosts = [HOST]): Promise<Served> {
  const pki = await createPki();
  const { cert, key, spki } = await pki.certificateFor(hosts);
  const server = createServer({ cert, key }, (_, response) => {
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(typeof html === 'string' ? html : html());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    spki,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/**
 * An account page of so many elements: nested, with text of the lengths account pages have, form fields, links, and
 * hidden menus. Its storm is 200 mutations a second of every kind: texts, classes, styles, elements that come and go.
 */
export function accountPage(elements: number): string {
  const section = (n: number): string => `
    <section class="card c${n}">
      <h2>Section <b>${n}</b></h2>
      <p>Your account keeps <em>settings</em> of many kinds, and here is one of them, number ${n}.</p>
      <ul><li><a href="#a${n}">Manage</a></li><li><a href="#b${n}">Remove</a></li><li hidden><a href="#c${n}">More</a></li></ul>
      <div class="row"><label>Name <input name="f${n}"></label><button type="button">Save</button><span class="state">on</span></div>
      <table><tr><td>Created</td><td>Nov ${(n % 28) + 1}</td></tr><tr><td>Last used</td><td>never</td></tr></table>
    </section>`;
  const perSection = 22;
  const count = Math.ceil(elements / perSection);
  return `<!doctype html><meta charset="utf-8"><title>Account</title>
  <style>body{font:14px sans-serif}.card{border:1px solid #ccc;margin:4px}</style>
  <main>${Array.from({ length: count }, (_, n) => section(n)).join('')}</main>
  <script>
    const storm = (perSecond, ms) => new Promise((resolve) => {
      const states = [...document.querySelectorAll('.state')];
      const cards = [...document.querySelectorAll('.card')];
      const began = performance.now();
      let done = 0;
      const tick = () => {
        const due = Math.min(perSecond * ms / 1000, (performance.now() - began) * perSecond / 1000);
        for (; done < due; done++) {
          const card = cards[(done * 7) % cards.length];
          const state = states[(done * 13) % states.length];
          switch (done % 4) {
            case 0: state.textContent = done % 8 ? 'on' : 'off'; break;
            case 1: card.classList.toggle('lit'); break;
            case 2: { const p = document.createElement('p'); p.innerHTML = 'Signed in <b>just now</b>'; card.append(p); break; }
            default: if (card.lastElementChild.nodeName === 'P') card.lastElementChild.remove(); else card.style.order = done;
          }
        }
        if (performance.now() - began < ms) setTimeout(tick, 4); else resolve();
      };
      tick();
    });
  </script>`;
}
