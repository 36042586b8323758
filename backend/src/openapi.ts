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
    ...problem('Too many requests for now. Nothing was begun.'),
    headers: {
      'Retry-After': {
        description: 'When to come back, in seconds.',
        required: true,
        // Of headers a zod schema would be taken as it is.
        schema: { type: 'integer', minimum: 1 } as const,
      },
    },
  },
};
const otherwise = {
  ...tooMany,
  default: problem('The request came too slowly, or the backend is starting or made a mistake.'),
};
const unauthorised = {
  401: problem('The access token is missing or not known. Never said of a mailbox.'),
  ...otherwise,
};
const badId = { 400: problem('The id is no UUID.') };
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
  const token = { type: 'http', scheme: 'bearer', description: 'Known from the start.' } as const;
  const oauth = `${origin}/oauth`;
  const ofSignIn = {
    type: 'oauth2',
    description: `With PKCE (S256). More at ${oauth}/.well-known/openid-configuration.`,
    flows: {
      authorizationCode: {
        authorizationUrl: `${oauth}/auth`,
        tokenUrl: `${oauth}/token`,
        refreshUrl: `${oauth}/token`,
        scopes: { connect: 'Hand in mailboxes to the workspace that was signed in to' },
      },
    },
  } as const;
  const document = {
    openapi: '3.1.1',
    info: {
      title: 'Onboarding',
      version,
      description:
        'Takes a mailbox with its app password, sealed, and says whether it can receive (IMAP) and send (SMTP). ' +
        'Errors are RFC 9457 problem details. A finished verification is 200 whatever its verdict.',
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
          summary: 'Keys to seal passwords with',
          security: [],
          responses: { 200: json('The keys; the first is the one to use.', JsonWebKeySet), ...otherwise },
        },
      },
      '/v1/workspace': {
        get: {
          operationId: 'workspace',
          summary: 'Whose access token this is',
          responses: { 200: json('The workspace.', Workspace), ...unauthorised },
        },
      },
      '/v1/domains/{domain}': {
        get: {
          operationId: 'domain',
          summary: 'Which provider has the mailboxes of a domain',
          requestParams: { path: z.object({ domain: z.string() }) },
          responses: {
            200: json(
              'The domain, with its provider or its servers as far as they are known, how that is, and how sure.',
              MailDomain,
            ),
            400: problem('It is no domain.'),
            ...unauthorised,
          },
        },
      },
      '/v1/connections/{id}': {
        put: {
          operationId: 'connect',
          summary: 'Hand in a mailbox, under an id of your own making',
          requestParams: { path: z.object(id) },
          requestBody: { required: true, content: { 'application/json': { schema: ConnectionRequest } } },
          responses: {
            200: json(
              'The same mailbox with the same password was handed in before under this id; or, ' +
                'while it is verified, under another: then that is its id, to be used from now on.',
              Connection,
            ),
            202: json(
              'Accepted; verification has begun. A mailbox that was there with this password keeps the id it had.',
              Connection,
            ),
            400: problem(
              'The request or the sealed password is not as described, or there are no servers to try: the ' +
                'provider is not known, or its servers have to be named, or it lets no server in.',
            ),
            409: problem(
              'Another mailbox has this id, or it was forgotten; or the key is not known: fetch the keys and seal again.',
            ),
            413: problem('The body is too large.'),
            ...unauthorised,
          },
        },
        get: {
          operationId: 'connection',
          summary: 'How it stands',
          requestParams: {
            path: z.object(id),
            query: z.object({
              wait: z.optional(z.int().check(z.gte(0), z.lte(MAX_WAIT))),
              since: z.optional(z.int().check(z.gte(0))),
            }),
          },
          description:
            'With `wait`, answers when it is done, or with `since` as soon as its version is greater than that; at the latest after `wait` seconds.',
          responses: {
            200: json('The connection.', Connection),
            400: problem('The id is no UUID, or `wait` or `since` not as described.'),
            404: problem('No such connection.'),
            ...unauthorised,
          },
        },
        delete: {
          operationId: 'forget',
          summary: 'Forget it, with everything known of it',
          description:
            'The mailbox it made is gone; or, where it had replaced one within the last day, that is put back as it was. ' +
            'A mailbox that another connection has replaced since stays.',
          requestParams: { path: z.object(id) },
          responses: { 204: { description: 'Forgotten, or never known.' }, ...badId, ...unauthorised },
        },
      },
      '/v1/connections/{id}/verify': {
        post: {
          operationId: 'verifyAgain',
          summary: 'Try again with the password the backend has',
          requestParams: { path: z.object(id) },
          responses: {
            202: json(
              'Verification has begun again, or is still going on; or it was verified, and stays so.',
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
          summary: 'Whether the process is alive',
          security: [],
          responses: { 200: word('It is.'), ...otherwise },
        },
      },
      '/readyz': {
        get: {
          operationId: 'readiness',
          summary: 'Whether requests should be sent here',
          security: [],
          responses: {
            200: word('They should.'),
            503: word('It is stopping, or its database does not answer.'),
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
          summary: 'This description, to be read',
          security: [],
          responses: { 200: page('A page without scripts.'), ...otherwise },
        },
      },
      '/problems/{name}': {
        get: {
          operationId: 'problemType',
          summary: 'What a problem type means',
          description: 'So that the type of a problem can be followed, as any address.',
          security: [],
          requestParams: { path: z.object({ name: z.string() }) },
          responses: {
            302: {
              description: 'Where it is explained.',
              headers: { Location: { required: true, schema: { type: 'string' } as const } },
            },
            404: problem('There is no such type.'),
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
