import { randomUUID } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import { getConnInfo } from '@hono/node-server/conninfo';
import { Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { cors } from 'hono/cors';
import * as z from 'zod';
import {
  ConnectionRequest,
  MAX_WAIT,
  problemTypes,
  type Workspace,
} from '../../utils/onboarding/contract.ts';
import { openApiDocument } from '../../utils/onboarding/openapi.ts';
import type { Connections } from './connections.ts';
import type { Domains } from './domains.ts';
import { type KeyRing, sameSecret } from './keys.ts';
import { callerAddress, type Limits } from './limits.ts';
import { RequestProblem, respond } from './problems.ts';

/** A request is a few hundred bytes; a sealed password about 500. */
const MAX_BODY_BYTES = 16 * 1024;

export interface AppOptions {
  connections: Connections;
  domains: Domains;
  keys: KeyRing;
  workspace: Workspace;
  token: string;
  limits: Limits;
  /** How many proxies in front are believed about who calls. */
  trustedProxies: number;
  origin: string;
  version: string;
  /** Whether the database answers. */
  healthy: () => Promise<boolean>;
  /** Told of each request: its method, route, status, id and time, never its body or token. */
  log: (message: string, facts: Record<string, unknown>) => void;
}

type Env = { Bindings: HttpBindings; Variables: { requestId: string; isAuthorised: boolean } };

/** The onboarding contract over HTTP. */
export function createApp({
  connections,
  domains,
  keys,
  workspace,
  token,
  limits,
  trustedProxies,
  origin,
  version,
  healthy,
  log,
}: AppOptions): Hono<Env> {
  const app = new Hono<Env>();

  app.use(async (c, next) => {
    const started = performance.now();
    c.set('requestId', randomUUID());
    c.header('X-Request-Id', c.get('requestId'));
    c.header('Cache-Control', 'no-store');
    await next();
    const facts = {
      requestId: c.get('requestId'),
      method: c.req.method,
      // Whose mailboxes are connected here is nobody's business.
      path: c.req.path.replace(/^\/v1\/domains\/.*/, '/v1/domains/…'),
      status: c.res.status,
    };
    log('request', { ...facts, ms: Math.round(performance.now() - started) });
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
    const address = callerAddress(
      getConnInfo(c).remote.address,
      c.req.header('X-Forwarded-For'),
      trustedProxies,
    );
    const given = bearer(c.req.header('Authorization'));
    if (given !== undefined) await limits.expectTries(address);
    const isAuthorised = given !== undefined && sameSecret(given, token);
    await (isAuthorised ? limits.countRequest(workspace.id, address) : limits.countStranger(address));
    c.set('isAuthorised', isAuthorised);
    await next();
  });

  const authorised: MiddlewareHandler<Env> = async (c, next) => {
    if (!c.get('isAuthorised')) {
      throw bearer(c.req.header('Authorization')) === undefined
        ? new RequestProblem(problemTypes.tokenMissing, 401, 'An access token is needed.')
        : new RequestProblem(problemTypes.tokenRefused, 401, 'This access token is not known.');
    }
    await next();
  };
  app.use('/v1/*', authorised);

  app.get('/healthz', async (c) =>
    (await healthy()) ? c.text('ok\n') : c.text('the database does not answer\n', 503),
  );

  app.get('/.well-known/jwks.json', async (c) => {
    c.header('Cache-Control', 'public, max-age=300');
    return c.json(await keys.encryption.jwks());
  });

  app.get('/openapi.json', (c) => c.json(openApiDocument(origin, version)));

  app.get('/v1/workspace', (c) => c.json(workspace));

  app.get('/v1/domains/:domain', async (c) => c.json(await domains.find(c.req.param('domain'))));

  app.put('/v1/connections/:id', bodyLimit({ maxSize: MAX_BODY_BYTES, onError: tooLarge }), async (c) => {
    const id = readId(c.req.param('id'));
    const request = ConnectionRequest.safeParse(await c.req.json().catch(() => undefined));
    if (!request.success) {
      const where = request.error.issues.map((issue) => issue.path.join('.') || 'body').join(', ');
      throw new RequestProblem(
        problemTypes.requestInvalid,
        400,
        `The request is not as described: ${where}.`,
      );
    }
    const { connection, isNew } = await connections.accept(id, workspace.id, request.data);
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
      await connections.read(readId(c.req.param('id')), workspace.id, wait, since, c.req.raw.signal),
    );
  });

  app.post('/v1/connections/:id/verify', async (c) =>
    c.json(await connections.verifyAgain(readId(c.req.param('id')), workspace.id), 202),
  );

  app.delete('/v1/connections/:id', async (c) => {
    await connections.forget(readId(c.req.param('id')), workspace.id);
    return c.body(null, 204);
  });

  app.notFound((c) =>
    respond(new RequestProblem(problemTypes.notFound, 404, 'There is nothing here.'), c.get('requestId')),
  );

  app.onError((error, c) => {
    const requestId = c.get('requestId');
    if (error instanceof RequestProblem) return respond(error, requestId);
    if ((error as NodeJS.ErrnoException).code === 'ECONNRESET') {
      // Whoever asked has hung up amid the body, which is no mistake of ours.
      return respond(
        new RequestProblem(problemTypes.requestInvalid, 400, 'The request broke off.'),
        requestId,
      );
    }
    log('request failed', { requestId, error: error.stack ?? String(error) });
    return respond(new RequestProblem(problemTypes.internal, 500, 'The backend made a mistake.'), requestId);
  });

  return app;
}

const bearer = (header = ''): string | undefined => /^Bearer (.+)$/i.exec(header)?.[1];

const tooLarge = (): never => {
  throw new RequestProblem(problemTypes.bodyTooLarge, 413, 'The body is too large.');
};

function readId(text: string): string {
  const id = z.uuid().safeParse(text);
  if (!id.success) throw new RequestProblem(problemTypes.requestInvalid, 400, 'The id is not a UUID.');
  return id.data.toLowerCase();
}
