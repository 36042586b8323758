import { defineConfig } from 'wxt';
import { loadProviders } from './providers/registry/node.ts';
import { pageScript, pageScriptOf, patternsOf, watcherScripts } from './providers/registry/page-script.ts';

const providers = [...(await loadProviders()).values()];
const fromTheStart = providers.flatMap(({ reach, page }) => (reach === 'fromTheStart' && page ? [page] : []));

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
    permissions: ['storage', 'alarms', 'scripting', 'activeTab', 'contextMenus'],
    // The pages that show app passwords. The onboarding backend answers cross-origin and needs none.
    host_permissions: fromTheStart.flatMap((page) => patternsOf(page.origins)),
    // Asked for one host at a time, on the click that needs it: rarer providers, and mail servers that people run.
    optional_host_permissions: ['https://*/*'],
    content_scripts: fromTheStart.map((page) => ({
      matches: patternsOf(page.origins),
      js: watcherScripts(page.id),
      run_at: 'document_end',
    })),
    ...(browser === 'firefox'
      ? {
          browser_specific_settings: {
            gecko: {
              id: 'mailbox-connect@saleshandy.example',
              strict_min_version: '142.0',
              data_collection_permissions: {
                required: ['authenticationInfo', 'personallyIdentifyingInfo'],
              },
            },
          },
        }
      : { minimum_chrome_version: '128' }),
  }),
  hooks: {
    'build:publicAssets': (_, files) => {
      for (const { page } of providers) {
        if (page) files.push({ relativeDest: pageScript(page.id), contents: pageScriptOf(page) });
      }
    },
    // Background and pages get the polyfill under `wxt/browser`; content scripts go without its ten kilobytes.
    'vite:build:extendConfig': (entrypoints, config) => {
      // Every app-password page pays for it, so it is made as small as can be.
      if (entrypoints.some(({ name }) => name === 'detector')) {
        config.build = {
          ...config.build,
          minify: 'terser',
          terserOptions: { ecma: 2020, compress: { passes: 3, unsafe: true, inline: 1, keep_fargs: false } },
        };
      }
      if (entrypoints.some(({ name }) => name === 'watcher' || name === 'detector' || name === 'notice'))
        return;
      config.resolve ??= {};
      config.resolve.alias = {
        ...config.resolve.alias,
        'wxt/browser': '@wxt-dev/webextension-polyfill/browser',
      };
    },
  },
});
