/** The extension API as it is inside the worker, where test code runs through `evaluate`. */
export type Chrome = typeof import('wxt/browser').browser;
