import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import { COLOURS } from '../colours.ts';
import type { Texts } from './texts.ts';

type Html = ReturnType<typeof html>;

const STYLE = `
${COLOURS}* { box-sizing: border-box; }
body { margin: 0; padding: 1rem; background: var(--back); color: var(--text);
  font: 1rem/1.5 Inter, system-ui, sans-serif; overflow-wrap: anywhere; }
main { max-inline-size: 26rem; margin: 1rem auto; padding: 1.5rem; background: var(--card); border-radius: 8px; }
h1 { margin: 0 0 .75rem; font-size: 1.375rem; line-height: 1.3; }
p { margin: 0 0 1rem; }
.muted { color: var(--muted); font-size: .875rem; }
[role="alert"] { color: var(--error); font-weight: 600; }
label { display: block; font-weight: 600; }
input { display: block; inline-size: 100%; margin-block: .25rem; padding: .5rem .75rem; font: inherit; color: inherit;
  background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
button { padding: .5rem 1rem; margin-block: .25rem; margin-inline-end: .5rem; font: inherit; font-weight: 600;
  color: var(--main); background: none; border: 1px solid currentColor; border-radius: 8px; cursor: pointer; }
button.main { color: var(--on-main); background: var(--main); border-color: var(--main); }
:focus-visible { outline: 3px solid var(--main); outline-offset: 2px; }
`;

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** @param answerTo the origin the browser is sent on to: a form's redirects are held to the policy, too */
const policyFor = (answerTo: string): string =>
  `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action ${answerTo}; base-uri 'none'; frame-ancestors 'none'`;

/** Of a page that sends nothing. */
export const PAGE_HEADERS = {
  'Content-Security-Policy': policyFor("'none'"),
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};

/** Of a page with a form whose answer ends at the app. */
export const formHeaders = (app: string): typeof PAGE_HEADERS => ({
  ...PAGE_HEADERS,
  'Content-Security-Policy': policyFor(`'self' ${app}`),
});

function page(title: string, content: Html): Html {
  return html`<!doctype html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>${raw(STYLE)}</style>
</head>
<body><main>${content}</main></body>
</html>`;
}

export interface FormState {
  /** Where it is sent. */
  action: string;
  /** Which extension asks. */
  app: string;
  /** Why the last try was not good. */
  error?: string | undefined;
}

export function signInPage(
  texts: Texts,
  { action, app, error, user = '' }: FormState & { user?: string },
): Html {
  return page(
    texts.signIn,
    html`<h1>${texts.signIn}</h1>
<p>${texts.forWhat}</p>
${alert(error)}
<form method="post" action="${action}">
<p><label for="key">${texts.apiKey}</label>
<input id="key" name="key" type="password" required autocomplete="off" autocapitalize="none" spellcheck="false"
  maxlength="512" aria-describedby="key-hint" autofocus>
<span id="key-hint" class="muted">${texts.apiKeyHint}</span></p>
<p><label for="user">${texts.user}</label>
<input id="user" name="user" required autocomplete="name" maxlength="100" dir="auto" value="${user}"
  aria-describedby="user-hint">
<span id="user-hint" class="muted">${texts.userHint}</span></p>
<button class="main" name="action" value="sign-in">${texts.signInButton}</button>
<button name="action" value="cancel" formnovalidate>${texts.cancel}</button>
</form>
${whichApp(texts, app)}`,
  );
}

export function consentPage(
  texts: Texts,
  { action, app, error, user, workspace }: FormState & { user: string; workspace: string | undefined },
): Html {
  const title = workspace === undefined ? texts.allowNew : texts.allow(workspace);
  return page(
    title,
    html`<h1 dir="auto">${title}</h1>
<p dir="auto">${workspace === undefined ? texts.mayDoNew : texts.mayDo(workspace)}</p>
${alert(error)}
<form method="post" action="${action}">
${workspace === undefined ? workspaceField(texts) : ''}
<button class="main" name="action" value="continue">${texts.continueButton}</button>
<button name="action" value="cancel" formnovalidate>${texts.cancel}</button>
<button name="action" value="another" formnovalidate>${texts.another}</button>
</form>
<p class="muted" dir="auto">${texts.signedInAs(user)}</p>
${whichApp(texts, app)}`,
  );
}

const workspaceField = (texts: Texts): Html => html`<p><label for="workspace">${texts.workspace}</label>
<input id="workspace" name="workspace" required autocomplete="organization" maxlength="100" dir="auto"
  aria-describedby="workspace-hint" autofocus>
<span id="workspace-hint" class="muted">${texts.workspaceHint}</span></p>`;

export const errorPage = (texts: Texts, message: string): Html =>
  page(texts.problem, html`<h1>${texts.problem}</h1><p role="alert">${message}</p>`);

const alert = (error: string | undefined): Html | '' => (error ? html`<p role="alert">${error}</p>` : '');

const whichApp = (texts: Texts, app: string): Html =>
  html`<p class="muted">${texts.app(new URL(app).host)}</p>`;
