import { fillPage, type PageFacts } from '../pages/fill.ts';

/** Every fixture page, by provider and state. */
const files = import.meta.glob<string>('../pages/*/*.html', {
  eager: true,
  query: '?raw',
  import: 'default',
});

/** Makes this document the fixture page, its scripts run. */
export function loadFixture(name: `${string}/${string}`, facts: PageFacts): void {
  const html = files[`../pages/${name}.html`];
  if (html === undefined) throw new Error(`There is no fixture page ${name}`);
  loadHtml(fillPage(html, facts));
}

export function loadHtml(html: string): void {
  const page = new DOMParser().parseFromString(html, 'text/html');
  for (const { name, value } of page.documentElement.attributes)
    document.documentElement.setAttribute(name, value);
  document.head.querySelectorAll('[data-fixture]').forEach((style) => {
    style.remove();
  });
  for (const style of page.head.querySelectorAll('style')) {
    style.dataset.fixture = '';
    document.head.append(style);
  }
  const scripts = [...page.querySelectorAll('script:not([type])')];
  for (const script of scripts) script.remove();
  document.body.replaceWith(document.adoptNode(page.body));
  for (const script of scripts) {
    // In a block, or the next page's constants would be declared twice.
    document.body.append(
      Object.assign(document.createElement('script'), { textContent: `{${script.textContent}}` }),
    );
  }
}
