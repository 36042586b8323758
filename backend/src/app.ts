import { randomUUID } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import { getConnInfo } from '@hono/node-server/conninfo';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { cors } from 'hono/cors';
import { routePath } from 'hono/route';
import * as z from 'zod';
import {
  type Connection,
  ConnectionRequest,
  MAX_WAIT,
  problemTypes,
  type Workspace,
} from '../../utils/onboarding/contract.ts';
import type { Connections } from './connections/connections.ts';
import { DOCS_HEADERS, docsPage } from './docs-page.ts';
import type { Domains } from './domains.ts';
import { type KeyRing, sameSecret } from './keys.ts';
import { callerAddress, type Limits } from './limits.ts';
import type { Metrics } from './observability/metrics.ts';
import { inSpan } from './observability/tracing.ts';
import { openApiDocument } from './openapi.ts';
import { RequestProblem, respond } from './problems.ts';
import type { SignIn } from './sign-in/sign-in.ts';

/** A request is a few hundred bytes; a sealed password about 500. */
const MAX_BODY_BYTES = 16 * 1024;

export interface AppOptions {
  connections: Connections;
  domains: Domains;
  keys: KeyRing;
  /** Whom the access token belongs to that is known from the start. */
  workspace: Workspace;
  token: string;
  /** How people get tokens of their own. */
  signIn: SignIn | undefined;
  limits: Limits;
  /** How many proxies in front are believed about who calls. */
  trustedProxies: number;
  origin: string;
  version: string;
  /** Why no requests should be sent here at present, if anything is in the way. */
  unready: () => Promise<string | undefined>;
  /** Told of each request: its method, route, status, id and time, never its body or token. */
  log: (message: string, facts: Record<string, unknown>) => void;
  metrics: Metrics;
}

type Env = {
  Bindings: HttpBindings;
  Variables: {
    requestId: string;
    /** Where it comes from, as far as that can be known. */
    address: string;
    /** Whose access token came along. */
    caller: Workspace | undefined;
  };
};

/** The onboarding contract over HTTP. */
export function createApp({
  connections,
  domains,
  keys,
  workspace,
  token,
  signIn,
  limits,
  trustedProxies,
  origin,
  version,
  unready,
  log,
  metrics,
}: AppOptions): Hono<Env> {
  const app = new Hono<Env>();

  app.use(async (c, next) => {
    const started = performance.now();
    c.set('requestId', randomUUID());
    c.header('X-Request-Id', c.get('requestId'));
    c.header('Cache-Control', 'no-store');
    await inSpan(c.req.method, {}, async (span) => {
      await next();
      span.updateName(`${c.req.method} ${routePath(c, -1)}`);
      span.setAttribute('http.response.status_code', c.res.status);
    });
    const { outgoing } = c.env;
    const ms = performance.now() - started;
    const facts = {
      requestId: c.get('requestId'),
      method: c.req.method,
      path: toldPath(c),
      // The authorization server answers by itself.
      status: outgoing?.headersSent ? outgoing.statusCode : c.res.status,
    };
    log('request', { ...facts, ms: Math.round(ms) });
    metrics.request(facts.method, routePath(c, -1), facts.status, ms);
  });

  app.use(async (c, next) => {
    const address = callerAddress(
      getConnInfo(c).remote.address,
      c.req.header('X-Forwarded-For'),
      trustedProxies,
    );
    c.set('address', address);
    c.set('caller', undefined);
    // Preflights are answered below, and have no token.
    if (c.req.method === 'OPTIONS') {
      keepOpen(c, false);
      await limits.countStranger(address);
    }
    await next();
  });

  // Any origin may call: an access token is needed, there are no cookies to abuse, and so the extension needs no
  // permission for the backend's host.
  app.use(
    cors({
      origin: '*',
      allowMethods: ['GET', 'PUT', 'POST', 'DELETE'],
      allowHeaders: ['Authorization', 'Content-Type'],
      exposeHeaders: ['Retry-After', 'X-Request-Id'],
      maxAge: 7200,
    }),
  );

  app.use(async (c, next) => {
    if (c.req.method === 'OPTIONS') return next();
    const address = c.get('address');
    // Nobody's connection is kept who has not shown the right token, or asks too much.
    const isKept = keepOpen(c, false);
    // Nothing of a sign-in looks at an access token, so whoever sends one along is a stranger all the same.
    const given = SIGN_IN.test(c.req.path) ? undefined : bearer(c.req.header('Authorization'));
    if (given !== undefined) await limits.expectTries(address, given);
    const caller = given === undefined ? undefined : await callerWith(given);
    if (caller && given !== undefined) await limits.countRequest(caller.id, address, given);
    else await limits.countStranger(address);
    if (caller) keepOpen(c, isKept);
    c.set('caller', caller);
    await next();
  });

  /** What somebody did here: who and when, not to whose mailbox. */
  const audit = (c: Context<Env>, action: string, { id, provider, attempt }: Partial<Connection>): void =>
    log(action, {
      audit: true,
      requestId: c.get('requestId'),
      workspace: callerOf(c).id,
      from: c.get('address'),
      id,
      provider,
      attempt,
    });

  const callerWith = async (given: string): Promise<Workspace | undefined> =>
    sameSecret(given, token) ? workspace : signIn?.workspaceOf(given);

  const authorised: MiddlewareHandler<Env> = async (c, next) => {
    if (!c.get('caller')) {
      throw bearer(c.req.header('Authorization')) === undefined
        ? new RequestProblem(problemTypes.tokenMissing, 401, 'An access token is required.')
        : new RequestProblem(problemTypes.tokenRefused, 401, 'This access token isn’t known.');
    }
    await next();
  };
  app.use('/v1/*', authorised);

  // Alive, whatever else is not: to start it anew would not help.
  app.get('/healthz', (c) => c.text('ok\n'));

  app.get('/readyz', async (c) => {
    const obstacle = await unready();
    return obstacle ? c.text(`${obstacle}\n`, 503) : c.text('ok\n');
  });

  app.get('/.well-known/jwks.json', async (c) => {
    c.header('Cache-Control', 'public, max-age=300');
    return c.json(await keys.encryption.jwks());
  });

  if (signIn) app.route('/', signIn.routes);

  const description = () => openApiDocument(origin, version, signIn !== undefined);
  app.get('/openapi.json', (c) => c.json(description()));
  app.get('/docs', (c) => c.html(docsPage(description()), 200, DOCS_HEADERS));
  app.get('/problems/:name', (c) => {
    const name = c.req.param('name');
    if (!Object.values<string>(problemTypes).includes(`/problems/${name}`)) return c.notFound();
    return c.redirect(`/docs#${name}`);
  });

  app.get('/v1/workspace', (c) => c.json(callerOf(c)));

  app.get('/v1/domains/:domain', async (c) => c.json(await domains.find(c.req.param('domain'))));

  app.put('/v1/connections/:id', bodyLimit({ maxSize: MAX_BODY_BYTES, onError: tooLarge }), async (c) => {
    const id = readId(c.req.param('id'));
    const request = ConnectionRequest.safeParse(await c.req.json().catch(() => undefined));
    if (!request.success) {
      const where = request.error.issues.map((issue) => issue.path.join('.') || 'body').join(', ');
      throw new RequestProblem(problemTypes.requestInvalid, 400, `The request isn’t valid: ${where}.`);
    }
    const { connection, isNew } = await connections.accept(id, callerOf(c).id, request.data);
    if (isNew) audit(c, 'connection accepted', connection);
    return c.json(connection, isNew ? 202 : 200);
  });

  const Poll = z.object({
    wait: z.coerce.number().int().min(0).max(MAX_WAIT).default(0),
    since: z.coerce.number().int().min(0).optional(),
  });
  app.get('/v1/connections/:id', async (c) => {
    const query = Poll.safeParse(c.req.query());
    if (!query.success) {
      throw new RequestProblem(
        problemTypes.requestInvalid,
        400,
        `wait is 0 to ${MAX_WAIT}, since a version.`,
      );
    }
    const { wait, since } = query.data;
    return c.json(
      await connections.read(readId(c.req.param('id')), callerOf(c).id, wait, since, c.req.raw.signal),
    );
  });

  app.post('/v1/connections/:id/verify', async (c) => {
    const connection = await connections.verifyAgain(readId(c.req.param('id')), callerOf(c).id);
    audit(c, 'connection verified again', connection);
    return c.json(connection, 202);
  });

  app.delete('/v1/connections/:id', async (c) => {
    const id = readId(c.req.param('id'));
    await connections.forget(id, callerOf(c).id);
    audit(c, 'connection forgotten', { id });
    return c.body(null, 204);
  });

  app.notFound((c) =>
    respond(new RequestProblem(problemTypes.notFound, 404, 'There’s nothing here.'), c.get('requestId')),
  );

  app.onError((error, c) => {
    const requestId = c.get('requestId');
    if (error instanceof RequestProblem) {
      return signIn?.page(c.req.path, error) ?? respond(error, requestId);
    }
    if ((error as NodeJS.ErrnoException).code === 'ECONNRESET') {
      // Whoever asked has hung up amid the body, which is no mistake of ours.
      return respond(
        new RequestProblem(problemTypes.requestInvalid, 400, 'The request was cut off.'),
        requestId,
      );
    }
    log('request failed', { requestId, error: error.stack ?? String(error) });
    return respond(
      new RequestProblem(problemTypes.internal, 500, 'The backend had an internal error.'),
      requestId,
    );
  });

  return app;
}

/** Only for what is behind `authorised`. */
const callerOf = (c: Context<Env>): Workspace => c.get('caller') as Workspace;

const bearer = (header = ''): string | undefined => /^Bearer (.+)$/i.exec(header)?.[1];

/** Where people sign in, and where it is said where that is. */
const SIGN_IN = /^\/(oauth|\.well-known\/oauth-authorization-server)(\/|$)/;

/**
 * A path as it may be written down. Whose mailboxes are connected here is nobody's business, a sign-in goes on at an address
 * of its own, and what is not there may be a mistake in the writing of either.
 */
function toldPath(c: Context<Env>): string {
  const route = routePath(c, -1);
  if (route === '*' || route === '/*') return '…';
  return c.req.path.replace(/^(\/v1\/domains|\/oauth\/(auth|interaction))\/.*/s, '$1/…').slice(0, 200);
}

/** Says whether the connection is to stay open for another request. @returns what was said before */
function keepOpen({ env: { outgoing } }: Context<Env>, isKept: boolean): boolean {
  const before = outgoing?.shouldKeepAlive ?? false;
  if (outgoing) outgoing.shouldKeepAlive = isKept;
  return before;
}

const tooLarge = (): never => {
  throw new RequestProblem(problemTypes.bodyTooLarge, 413, 'The body is too large.');
};

function readId(text: string): string {
  const id = z.uuid().safeParse(text);
  if (!id.success) throw new RequestProblem(problemTypes.requestInvalid, 400, 'The ID isn’t a UUID.');
  return id.data.toLowerCase();
}
