import { defineConfig } from 'wxt';
import { loadProviders } from './providers/registry/node.ts';
import { pageScript, pageScriptOf, patternsOf, watcherScripts } from './providers/registry/page-script.ts';

const providers = [...(await loadProviders()).values()];
const fromTheStart = providers.flatMap(({ reach, page }) => (reach === 'fromTheStart' && page ? [page] : []));

/** The modules of which the popup's first look consists, and other pages too. */
const SHOWN_FIRST =
  /vite\/preload-helper|virtual:wxt-|node_modules\/(preact|@wxt-dev\/browser|wxt|zod\/v4\/core\/regexes)|\/utils\/(i18n|fill-in|dress|hasty-clicks|pages|onboarding\/server-name|open-queue|popup-state\/popup-(state|window)|platform\/watch-session|messages\/(send|capture-actions)|captures\/(advice|view|hold-time))\.ts|\/components\/(Popup|Banners|RefusalNote|connected-as|guide-of|CaptureCard|Consent|CopyButton|AdminMessage|AccountField|FaultBanner|HoldTime|MaskedCode|Progress|ServersField|refusal)\.tsx?/;

/**
 * What the extension's own pages and worker may load and do: nothing from elsewhere, and asking the onboarding backend,
 * wherever that is. Styles stand in the popup's document (see below).
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self' https: http://localhost:* http://127.0.0.1:*",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * What the popup needs to be shown is asked for all at once: in its document stand its styles, and the script that its own
 * needs beside that. Each request that has to wait for another costs some milliseconds, and often a frame.
 */
const popupAtOnce = {
  name: 'popup-at-once',
  apply: 'build',
  transformIndexHtml: {
    order: 'post',
    handler: (html: string, { bundle = {}, filename }: { bundle?: Built; filename: string }): string => {
      if (!filename.endsWith('popup/index.html')) return html;
      const first = Object.values(bundle).find(({ name }) => name === 'first')?.fileName;
      if (!first) throw new Error('The popup has no piece that is shown first');
      // The development server's scripts are another matter, and it has named its own.
      if (html.includes(first)) return html;
      return html
        .replace('<script', () => `<script type="module" crossorigin src="/${first}"></script>\n    <script`)
        .replace(/<link rel="stylesheet"[^>]* href="\/([^"]*)">/, (_, file: string) => {
          const styles = bundle[file]?.source;
          delete bundle[file];
          return `<style>${styles}</style>`;
        });
    },
  },
} as const;
/**
 * Preact can put raw HTML into a page. Nothing here asks it to, and in the bundles it can't: so nothing that goes wrong can
 * be made to, and the add-on linter has nothing to warn of.
 */
const withoutRawHtml = {
  name: 'without-raw-html',
  apply: 'build',
  transform: (code: string, id: string): string | undefined => {
    if (!/\/preact\/dist\/preact\.(mjs|module\.js)$/.test(id)) return undefined;
    const without = code.replace(/\w+\.innerHTML=\w+\.__html/g, 'void 0');
    if (without === code) throw new Error('Preact puts raw HTML into a page in another way than it did');
    return without;
  },
} as const;

/** The contract's descriptions are for its OpenAPI document, which the backend makes. The extension does without them. */
const withoutDescriptions = {
  name: 'without-descriptions',
  apply: 'build',
  enforce: 'pre',
  transform: (code: string, id: string): string | undefined => {
    if (!id.endsWith('/utils/onboarding/contract.ts')) return undefined;
    const without = code.replace(/\b(told\(|named\(\s*'\w+',)\s*('[^']*'|"[^"]*")/g, "$1 ''");
    if (without === code) throw new Error('The contract describes its fields in another way than it did');
    return without;
  },
} as const;

type Built = Record<string, { fileName: string; name?: string; source?: string | Uint8Array }>;

export default defineConfig({
  modules: ['@wxt-dev/auto-icons'],
  imports: false,
  manifestVersion: 3,
  autoIcons: { baseIconPath: 'public/icon.svg' },
  // Chromium's own sandbox can't be set up by root, which is who runs in containers.
  webExt: { chromiumArgs: process.getuid?.() === 0 ? ['--no-sandbox'] : [] },
  manifest: ({ browser }) => ({
    name: '__MSG_extension_name__',
    short_name: '__MSG_extension_short_name__',
    description: '__MSG_extension_description__',
    default_locale: 'en',
    permissions: [
      'storage',
      'unlimitedStorage',
      'alarms',
      'scripting',
      'activeTab',
      'contextMenus',
      'identity',
    ],
    // The pages that show app passwords. The onboarding backend answers cross-origin and needs none.
    host_permissions: fromTheStart.flatMap((page) => patternsOf(page.origins)),
    // Asked for one host at a time, on the click that needs it: rarer providers, and mail servers that people run.
    optional_host_permissions: ['https://*/*'],
    content_security_policy: { extension_pages: CONTENT_SECURITY_POLICY },
    commands: {
      _execute_action: { suggested_key: { default: 'Alt+Shift+M' } },
      'send-held': { suggested_key: { default: 'Alt+Shift+S' }, description: '__MSG_command_send__' },
    },
    content_scripts: fromTheStart.map((page) => ({
      matches: patternsOf(page.origins),
      js: watcherScripts(page.id),
      run_at: 'document_end',
    })),
    ...(browser === 'firefox'
      ? {
          browser_specific_settings: {
            // Without it, addons.mozilla.org offers it to desktops only.
            gecko_android: { strict_min_version: '142.0' },
            gecko: {
              id: 'mailbox-connect@saleshandy.example',
              strict_min_version: '142.0',
              data_collection_permissions: {
                required: ['authenticationInfo', 'personallyIdentifyingInfo'],
              },
            },
          },
        }
      : browser === 'safari'
        ? { browser_specific_settings: { safari: { strict_min_version: '17.5' } } }
        : { minimum_chrome_version: '128', storage: { managed_schema: 'policies.json' } }),
  }),
  vite: () => ({ plugins: [withoutRawHtml, withoutDescriptions] }),
  hooks: {
    'build:manifestGenerated': ({ config: { browser } }, manifest) => {
      if (browser !== 'safari') return;
      // Safari has neither: the list of mailboxes opens in a tab, and a workspace is connected with an access token.
      manifest.permissions = manifest.permissions?.filter((one) => one !== 'sidePanel' && one !== 'identity');
      delete manifest.side_panel;
    },
    'build:publicAssets': (_, files) => {
      for (const { page } of providers) {
        if (page) files.push({ relativeDest: pageScript(page.id), contents: pageScriptOf(page) });
      }
    },
    // The worker has the polyfill under `wxt/browser`. What is loaded while somebody waits, in a page or in the popup,
    // goes without its ten kilobytes: it uses nothing on which browsers disagree.
    'vite:build:extendConfig': (entrypoints, config) => {
      // The browsers that it is for know `light-dark()`; what it would be turned into for others ignores a chosen theme.
      config.build = { ...config.build, cssTarget: ['chrome128', 'firefox142'] };
      // Every app-password page pays for it, so it is made as small as can be.
      if (entrypoints.some(({ name }) => name === 'detector')) {
        config.build = {
          ...config.build,
          minify: 'terser',
          terserOptions: { ecma: 2020, compress: { passes: 3, unsafe: true, inline: 1, keep_fargs: false } },
        };
      }
      if (entrypoints.some(({ type }) => type === 'popup')) {
        // What loads other scripts ahead costs a popup more than it saves: they come from the same disk.
        config.build = { ...config.build, modulePreload: false };
        config.plugins = [...(config.plugins ?? []), popupAtOnce];
        const { rollupOptions: { output } = {} } = config.build;
        // What the popup shows first is in one piece: small pieces pack worse.
        if (output && !Array.isArray(output))
          Object.assign(output, {
            codeSplitting: {
              groups: [{ name: 'first', test: SHOWN_FIRST }],
              includeDependenciesRecursively: false,
            },
          });
      }
      if (entrypoints.every(({ type }) => type !== 'background')) return;
      config.resolve ??= {};
      config.resolve.alias = {
        ...config.resolve.alias,
        'wxt/browser': '@wxt-dev/webextension-polyfill/browser',
      };
    },
  },
});
