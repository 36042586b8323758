import * as z from 'zod/mini';
import {
  type CreateDocumentOptions,
  createDocument,
  type ZodOpenApiObject,
  type ZodOpenApiResponseObject,
} from 'zod-openapi';
import {
  Connection,
  ConnectionRequest,
  JsonWebKeySet,
  MAX_WAIT,
  MailDomain,
  Problem,
  SealedPassword,
  Workspace,
} from '../../utils/onboarding/contract.ts';
import { problemGuide } from './problem-guide.ts';

const json = (description: string, schema: z.core.$ZodType): ZodOpenApiResponseObject => ({
  description,
  content: { 'application/json': { schema } },
});
const problem = (description: string): ZodOpenApiResponseObject => ({
  description,
  content: { 'application/problem+json': { schema: Problem } },
});

const tooMany = {
  429: {
    ...problem('Too many requests right now. Nothing was started.'),
    headers: {
      'Retry-After': {
        description: 'When to try again, in seconds.',
        required: true,
        // Of headers a zod schema would be taken as it is.
        schema: { type: 'integer', minimum: 1 } as const,
      },
    },
  },
};
const otherwise = {
  ...tooMany,
  default: problem('The request arrived too slowly, or the backend is starting or had an internal error.'),
};
const unauthorised = {
  401: problem('The access token is missing or not known. This never refers to a mailbox.'),
  ...otherwise,
};
const badId = { 400: problem('The ID isn’t a UUID.') };
const id = { id: z.uuid() };
const page = (description: string): ZodOpenApiResponseObject => ({
  description,
  content: { 'text/html': { schema: { type: 'string' } } },
});
const word = (description: string): ZodOpenApiResponseObject => ({
  description,
  content: { 'text/plain': { schema: { type: 'string' } } },
});

/**
 * The OpenAPI 3.1 description of the contract, for the backend at `origin`.
 * @param signIn whether people can sign in there
 */
export function openApiDocument(origin: string, version: string, signIn: boolean) {
  const token = { type: 'http', scheme: 'bearer', description: 'A token set up with the backend.' } as const;
  const oauth = `${origin}/oauth`;
  const ofSignIn = {
    type: 'oauth2',
    description: `With PKCE (S256). More at ${oauth}/.well-known/openid-configuration.`,
    flows: {
      authorizationCode: {
        authorizationUrl: `${oauth}/auth`,
        tokenUrl: `${oauth}/token`,
        refreshUrl: `${oauth}/token`,
        scopes: { connect: 'Connect mailboxes to the workspace that was signed in to' },
      },
    },
  } as const;
  const document = {
    openapi: '3.1.1',
    info: {
      title: 'Onboarding',
      version,
      description:
        'Accepts a mailbox with its sealed app password and reports whether it can receive (IMAP) and send (SMTP). ' +
        'Errors are RFC 9457 problem details. A finished verification is 200, whatever its verdict.',
    },
    servers: [{ url: origin }],
    security: [{ token: [] }, ...(signIn ? [{ signIn: ['connect'] }] : [])],
    components: {
      securitySchemes: { token, ...(signIn ? { signIn: ofSignIn } : {}) },
      // No request has it in clear, so nothing refers to it.
      schemas: { SealedPassword },
    },
    'x-problem-types': problemGuide,
    paths: {
      '/.well-known/jwks.json': {
        get: {
          operationId: 'keys',
          summary: 'Get the keys to seal passwords with',
          security: [],
          responses: { 200: json('The keys; the first is the one to use.', JsonWebKeySet), ...otherwise },
        },
      },
      '/v1/workspace': {
        get: {
          operationId: 'workspace',
          summary: 'Get the workspace of this access token',
          responses: { 200: json('The workspace.', Workspace), ...unauthorised },
        },
      },
      '/v1/domains/{domain}': {
        get: {
          operationId: 'domain',
          summary: 'Find the provider of a domain’s mailboxes',
          requestParams: { path: z.object({ domain: z.string() }) },
          responses: {
            200: json(
              'The domain with its provider or servers, as far as they are known, the source of that knowledge and how certain it is.',
              MailDomain,
            ),
            400: problem('It isn’t a domain.'),
            ...unauthorised,
          },
        },
      },
      '/v1/connections/{id}': {
        put: {
          operationId: 'connect',
          summary: 'Connect a mailbox, under an ID you choose',
          requestParams: { path: z.object(id) },
          requestBody: { required: true, content: { 'application/json': { schema: ConnectionRequest } } },
          responses: {
            200: json(
              'The same mailbox with the same password was already sent with this ID; or, ' +
                'while it is being verified, with a different ID, which must be used from now on.',
              Connection,
            ),
            202: json(
              'Accepted; verification has started. A mailbox already known with this password keeps its ID.',
              Connection,
            ),
            400: problem(
              'The request or the sealed password doesn’t match this description, or there are no servers to try: the ' +
                'provider isn’t known, its servers have to be given, or it doesn’t allow other services to sign in.',
            ),
            409: problem(
              'The ID is used for a different mailbox or its connection was deleted; or the key isn’t known: fetch the keys and seal again.',
            ),
            413: problem('The body is too large.'),
            ...unauthorised,
          },
        },
        get: {
          operationId: 'connection',
          summary: 'Get the current state',
          requestParams: {
            path: z.object(id),
            query: z.object({
              wait: z.optional(z.int().check(z.gte(0), z.lte(MAX_WAIT))),
              since: z.optional(z.int().check(z.gte(0))),
            }),
          },
          description:
            'With `wait`, responds when verification is done or, with `since`, as soon as the version is greater than that; at the latest after `wait` seconds.',
          responses: {
            200: json('The connection.', Connection),
            400: problem('The ID isn’t a UUID, or `wait` or `since` isn’t valid.'),
            404: problem('No such connection.'),
            ...unauthorised,
          },
        },
        delete: {
          operationId: 'forget',
          summary: 'Delete it and everything known about it',
          description:
            'The mailbox it created is removed; or, if it replaced one within the last day, that one is restored. ' +
            'A mailbox that a later connection has replaced stays.',
          requestParams: { path: z.object(id) },
          responses: { 204: { description: 'Deleted, or never existed.' }, ...badId, ...unauthorised },
        },
      },
      '/v1/connections/{id}/verify': {
        post: {
          operationId: 'verifyAgain',
          summary: 'Verify again with the password the backend has',
          requestParams: { path: z.object(id) },
          responses: {
            202: json(
              'Verification has restarted or is still running; or the connection was already verified and stays so.',
              Connection,
            ),
            ...badId,
            404: problem('No such connection.'),
            ...unauthorised,
          },
        },
      },
      '/healthz': {
        get: {
          operationId: 'health',
          summary: 'Check whether the process is alive',
          security: [],
          responses: { 200: word('It is alive.'), ...otherwise },
        },
      },
      '/readyz': {
        get: {
          operationId: 'readiness',
          summary: 'Check whether requests can be sent here',
          security: [],
          responses: {
            200: word('They can.'),
            503: word('It is stopping, or its database doesn’t respond.'),
            ...otherwise,
          },
        },
      },
      '/openapi.json': {
        get: {
          operationId: 'description',
          summary: 'This description',
          security: [],
          responses: { 200: json('OpenAPI 3.1.', z.looseObject({})), ...otherwise },
        },
      },
      '/docs': {
        get: {
          operationId: 'descriptionPage',
          summary: 'This description as a page',
          security: [],
          responses: { 200: page('A page without scripts.'), ...otherwise },
        },
      },
      '/problems/{name}': {
        get: {
          operationId: 'problemType',
          summary: 'Explain a problem type',
          description: 'Makes the type of a problem a working link.',
          security: [],
          requestParams: { path: z.object({ name: z.string() }) },
          responses: {
            302: {
              description: 'Where it is explained.',
              headers: { Location: { required: true, schema: { type: 'string' } as const } },
            },
            404: problem('There’s no such type.'),
            ...otherwise,
          },
        },
      },
    },
  } as const satisfies ZodOpenApiObject;
  return createDocument(document, { override });
}

/** Says less than zod does, where it is more than is meant. */
const override: CreateDocumentOptions['override'] = ({ jsonSchema, io }) => {
  // Fields are added without a new version; whoever reads passes over what they do not know.
  if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
  // The numbers that JavaScript can count to.
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
};
