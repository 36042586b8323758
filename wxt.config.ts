import { defineConfig } from 'wxt';
import { providerOrigins } from './providers/registry/node.ts';

export default defineConfig({
  modules: ['@wxt-dev/auto-icons'],
  imports: false,
  manifestVersion: 3,
  autoIcons: { baseIconPath: 'public/icon.svg' },
  // Chromium's own sandbox can't be set up by root, which is who runs in containers.
  webExt: { chromiumArgs: process.getuid?.() === 0 ? ['--no-sandbox'] : [] },
  manifest: async ({ browser }) => ({
    name: '__MSG_extension_name__',
    short_name: '__MSG_extension_short_name__',
    description: '__MSG_extension_description__',
    default_locale: 'en',
    permissions: ['storage', 'alarms', 'scripting'],
    // The pages that show app passwords. The onboarding backend answers cross-origin and needs none.
    host_permissions: (await providerOrigins()).map((origin) => `${origin}/*`),
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
      : { minimum_chrome_version: '127' }),
  }),
  hooks: {
    // Background and pages get the polyfill under `wxt/browser`; content scripts go without its ten kilobytes.
    'vite:build:extendConfig': (entrypoints, config) => {
      if (entrypoints.some((entry) => entry.type === 'content-script' || entry.name === 'notice')) return;
      config.resolve ??= {};
      config.resolve.alias = {
        ...config.resolve.alias,
        'wxt/browser': '@wxt-dev/webextension-polyfill/browser',
      };
    },
  },
});
