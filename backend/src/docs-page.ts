import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import { COLOURS } from './colours.ts';
import type { openApiDocument } from './openapi.ts';
import type { ProblemGuide } from './problem-guide.ts';

type Html = ReturnType<typeof html>;

const STYLE = `${COLOURS}* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text); font: 1rem/1.5 Inter, system-ui, sans-serif;
  overflow-wrap: anywhere; }
main { max-inline-size: 52rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { margin: 0 0 .5rem; font-size: 1.75rem; line-height: 1.2; }
h2 { margin: 2.5rem 0 .75rem; font-size: 1.375rem; }
h3 { margin: 0 0 .5rem; font-size: 1.0625rem; }
h4 { margin: 1rem 0 .25rem; font-size: .875rem; color: var(--muted); }
p, ul { margin: 0 0 .75rem; }
nav ul { padding: 0; list-style: none; columns: 18rem; }
section section { margin: 0 0 1rem; padding: 1rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 8px; }
section:target { outline: 3px solid var(--main); }
a { color: var(--main); }
a:focus-visible { outline: 3px solid var(--main); outline-offset: 2px; }
code { font: .875em/1.5 ui-monospace, monospace; }
dl { margin: 0; }
dt { margin-block-start: .5rem; }
dd { margin: 0; padding-inline-start: 1rem; border-inline-start: 2px solid var(--line); }
dd p { margin: 0; }
.muted { color: var(--muted); font-size: .875rem; }
@media (min-width: 40rem) {
  dl { display: grid; grid-template-columns: minmax(8rem, 13rem) 1fr; gap: .5rem 1rem; }
  dt { margin: 0; } dd { padding: 0; border: 0; } }
`;

export const DOCS_HEADERS = {
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'`,
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

/** As much of a JSON schema as the contract makes use of. */
interface Schema {
  $ref?: string;
  type?: string;
  format?: string;
  description?: string;
  const?: unknown;
  enum?: unknown[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  oneOf?: Schema[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  pattern?: string;
}
type Content = Record<string, { schema?: Schema }>;
interface Operation {
  operationId: string;
  summary: string;
  description?: string;
  security?: unknown[];
  parameters?: { name: string; in: string; required?: boolean; schema: Schema }[];
  requestBody?: { content: Content };
  responses: Record<
    string,
    { description: string; content?: Content; headers?: Record<string, { description?: string }> }
  >;
}

/** The description of the contract, for people: one page that loads nothing and runs nothing. */
export function docsPage(document: ReturnType<typeof openApiDocument>): Html {
  const { info, servers } = document;
  const problems = document['x-problem-types'] as readonly ProblemGuide[];
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods as unknown as Record<string, Operation>).map(
      ([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const,
    ),
  );
  const schemas = Object.entries((document.components?.schemas ?? {}) as Record<string, Schema>);
  return html`<!doctype html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${info.title}</title>
<style>${raw(STYLE)}</style>
</head>
<body><main>
<h1>${info.title}</h1>
<p>${info.description}</p>
<p class="muted">Version ${info.version}, at ${servers?.[0]?.url}. OpenAPI 3.1: <a href="/openapi.json">/openapi.json</a>.</p>
<nav aria-label="On this page"><ul>
${operations.map(([name, { operationId }]) => html`<li><a href="#${operationId}"><code>${name}</code></a></li>`)}
<li><a href="#schemas">Schemas</a></li><li><a href="#problems">Problem types</a></li>
</ul></nav>
<section aria-labelledby="operations"><h2 id="operations">Operations</h2>
${operations.map(([name, operation]) => operationSection(name, operation))}</section>
<section aria-labelledby="schemas"><h2 id="schemas">Schemas</h2>
${schemas.map(
  ([name, schema]) => html`<section id="schema-${name}"><h3>${name}</h3>${body(schema)}</section>`,
)}</section>
<section aria-labelledby="problems"><h2 id="problems">Problem types</h2>
${problems.map(
  ({ type, status, when, todo }) => html`<section id="${nameOf(type)}">
<h3><code>${type}</code> <span class="muted">${status}</span></h3><p>${prose(when)}</p><p>${prose(todo)}</p></section>`,
)}</section>
</main></body>
</html>`;
}

function operationSection(
  name: string,
  { operationId, summary, description, security, parameters = [], requestBody, responses }: Operation,
): Html {
  return html`<section id="${operationId}">
<h3><code>${name}</code></h3>
<p>${summary}.${security?.length === 0 ? '' : ' Requires an access token.'}</p>
${description ? html`<p>${prose(description)}</p>` : ''}
${
  parameters.length > 0
    ? html`<h4>Parameters</h4><dl>${parameters.map(
        (
          one,
        ) => html`<dt><code>${one.name}</code> <span class="muted">${one.in}${one.required ? '' : ', optional'}</span></dt>
<dd>${typeOf(one.schema)}</dd>`,
      )}</dl>`
    : ''
}
${requestBody ? html`<h4>Body</h4><p>${contentOf(requestBody.content)}</p>` : ''}
<h4>Responses</h4>
<dl>${Object.entries(responses).map(
    ([status, answer]) => html`<dt><code>${status === 'default' ? 'others' : status}</code></dt>
<dd><p>${prose(answer.description)}</p>
${Object.entries(answer.headers ?? {}).map(([header, told]) => html`<p><code>${header}</code>: ${told.description ?? ''}</p>`)}
${answer.content ? html`<p class="muted">${contentOf(answer.content)}</p>` : ''}</dd>`,
  )}</dl>
</section>`;
}

const contentOf = (content: Content): Html[] =>
  Object.entries(content).map(
    ([type, { schema }]) => html`<code>${type}</code>${schema?.$ref ? html`: ${typeOf(schema)}` : ''}`,
  );

/** What a named schema is made of. */
function body(schema: Schema): Html {
  const about = schema.description ? html`<p>${prose(schema.description)}</p>` : '';
  if (schema.oneOf) return html`${about}${schema.oneOf.map((one) => html`<h4>Either</h4>${fields(one)}`)}`;
  return html`${about}${schema.properties ? fields(schema) : html`<p>${typeOf(schema)}</p>`}`;
}

const fields = ({ properties = {}, required = [] }: Schema): Html =>
  html`<dl>${Object.entries(properties).map(
    ([
      name,
      field,
    ]) => html`<dt><code>${name}</code>${required.includes(name) ? '' : html` <span class="muted">optional</span>`}</dt>
<dd><p>${typeOf(field)}</p>${field.description ? html`<p>${prose(field.description)}</p>` : ''}</dd>`,
  )}</dl>`;

function typeOf(schema: Schema): Html {
  if (schema.$ref) {
    const name = nameOf(schema.$ref);
    return html`<a href="#schema-${name}">${name}</a>`;
  }
  if (schema.const !== undefined) return html`<code>${JSON.stringify(schema.const)}</code>`;
  if (schema.enum) {
    return html`one of ${schema.enum.map((one, i) => html`${i > 0 ? ', ' : ''}<code>${String(one)}</code>`)}`;
  }
  if (schema.properties) return fields(schema);
  if (schema.items) return html`a list${bounds(schema)} of: ${typeOf(schema.items)}`;
  // What a UUID or an address looks like is known.
  const pattern = schema.pattern && !schema.format ? html`, <code>${schema.pattern}</code>` : '';
  return html`${schema.format ?? schema.type ?? 'anything'}${bounds(schema)}${pattern}`;
}

function bounds({ type, minimum, maximum, minLength, maxLength, minItems, maxItems }: Schema): string {
  const fewest = minimum ?? minLength ?? minItems;
  const most = maximum ?? maxLength ?? maxItems;
  const unit = type === 'string' ? ' characters' : '';
  if (fewest !== undefined && most !== undefined) return `, ${fewest} to ${most}${unit}`;
  if (fewest !== undefined) return `, at least ${fewest}${unit}`;
  return most === undefined ? '' : `, at most ${most}${unit}`;
}

/** A description, which is plain text but for what stands between backquotes. */
const prose = (text: string): Html[] =>
  text.split('`').map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : html`${part}`));

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
