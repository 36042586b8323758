import * as z from 'zod/mini';

/**
 * The onboarding contract, version 1: what the extension and any onboarding backend say to each other.
 * Both sides parse with these schemas, and the OpenAPI description is generated from them.
 */

const named = <T extends z.core.$ZodType>(id: string, description: string, schema: T): T => {
  z.globalRegistry.add(schema, { id, description });
  return schema;
};

/** For the field only, so never around a schema that has a name. */
const told = <T extends z.core.$ZodType>(description: string, schema: T): T => {
  z.globalRegistry.add(schema, { description });
  return schema;
};

/** No control characters, and no half ones, of which no UTF-8 can be made. */
const TEXT = /^[^\p{Cc}\p{Cs}]+$/u;

/** A text of an answer: nothing that is shown is longer than so many characters. */
const upTo = (most: number) => z.string().check(z.maxLength(most));

/** A page to be opened. What leads anywhere but to a secure one is left out. */
const link = () => z.catch(z.optional(z.url({ protocol: /^https$/ }).check(z.maxLength(2_000))), undefined);

/** Why a protocol did not work, stable for ever; the words for it belong to whoever shows them. */
export const Code = named(
  'Code',
  'Why a protocol didn’t work. Stable: new codes may be added, but none changes its meaning.',
  z.enum([
    'AUTH_INVALID',
    'AUTH_AMBIGUOUS',
    'NEEDS_APP_PASSWORD',
    'IMAP_DISABLED',
    'POP_DISABLED',
    'IMAP_OFF_OR_AUTH',
    'BASIC_AUTH_RETIRED',
    'TENANT_SMTP_OFF',
    'MAILBOX_SMTP_OFF',
    'TENANT_SECURITY_DEFAULTS',
    'TENANT_POLICY',
    'PROVIDER_CHALLENGE',
    'TOO_MANY_ATTEMPTS',
    'TEMPORARY',
    'ACCOUNT_BLOCKED',
    'SENDING_QUOTA',
    'SENDER_NOT_ALLOWED',
    'MAILBOX_NOT_CONNECTED',
    'WRONG_HOST',
    'ENCRYPTION_REQUIRED',
    'AUTH_NOT_OFFERED',
    'UNREACHABLE_DNS',
    'UNREACHABLE_REFUSED',
    'UNREACHABLE_TIMEOUT',
    'UNREACHABLE_TLS',
    'UNKNOWN',
  ]),
);
export type Code = z.infer<typeof Code>;

/** A code of a later version is one that nobody here can explain. */
const AnyCode = z.catch(Code, 'UNKNOWN');

/** What a code has no word for. Whoever does not know one goes by the code alone, so that these may be added to. */
export const Reason = named(
  'Reason',
  'Details that a code alone doesn’t express. REFUSED_WITH_REASON (UNKNOWN): the server says why, in words that aren’t recognised. BACKEND_BLOCKED (UNREACHABLE_REFUSED): the server refuses the address or the name of the backend itself. PASSWORD_EXPIRED (AUTH_INVALID): a new password is required, whatever this one was. TERMS_NOT_ACCEPTED (PROVIDER_CHALLENGE): terms have to be accepted first. NOT_IN_PLAN (IMAP_DISABLED, MAILBOX_SMTP_OFF): the mailbox’s plan or licence doesn’t include it. SENDING_OFF_OR_AUTH (MAILBOX_SMTP_OFF): receiving accepts the password; either sending is turned off, or the password isn’t allowed to send. AUTHENTICATION_AWAY (TEMPORARY): the server’s password lookup is unavailable. New ones may be added.',
  z.enum([
    'REFUSED_WITH_REASON',
    'BACKEND_BLOCKED',
    'PASSWORD_EXPIRED',
    'TERMS_NOT_ACCEPTED',
    'NOT_IN_PLAN',
    'SENDING_OFF_OR_AUTH',
    'AUTHENTICATION_AWAY',
  ]),
);
export type Reason = z.infer<typeof Reason>;

const AnyReason = z.catch(z.optional(Reason), undefined);

export const Stage = z.enum(['dns', 'connect', 'tls', 'auth']);
export type Stage = z.infer<typeof Stage>;

const Place = {
  host: upTo(253),
  port: z.int(),
  ms: told('How long it took, in milliseconds.', z.int()),
  tries: told('How many login attempts it took, if more than one.', z.optional(z.int())),
};

export const Check = named(
  'Check',
  'The result for one protocol.',
  z.discriminatedUnion('status', [
    z.object({ status: z.literal('pending') }),
    z.object({
      status: z.literal('ok'),
      ...Place,
      login: told('The user name that worked, if it isn’t the provider’s usual one.', z.optional(upTo(320))),
    }),
    z.object({
      status: z.literal('failed'),
      ...Place,
      stage: Stage,
      code: AnyCode,
      reason: AnyReason,
      waitSeconds: told(
        'Suggested wait before the next try, in seconds.',
        z.catch(z.optional(z.int().check(z.positive())), undefined),
      ),
      retryable: told('Whether the same password can succeed later.', z.boolean()),
      serverText: told(
        "The server's own words, with addresses and secrets removed.",
        z.optional(upTo(2_000)),
      ),
    }),
  ]),
);
export type Check = z.infer<typeof Check>;

export const Verdict = named(
  'Verdict',
  'verified: both protocols work. partial: one does. rejected: the password is wrong. blocked: something has to be turned on or allowed first. unreachable: the servers couldn’t be reached. unknown: they gave another answer.',
  z.enum(['verified', 'partial', 'rejected', 'blocked', 'unreachable', 'unknown']),
);
export type Verdict = z.infer<typeof Verdict>;

export const Advice = named(
  'Advice',
  'What to do about it.',
  z.object({
    code: AnyCode,
    reason: AnyReason,
    waitSeconds: told(
      'Suggested wait before the next try, in seconds.',
      z.catch(z.optional(z.int().check(z.positive())), undefined),
    ),
    about: told('The protocol concerned; absent if both are.', z.optional(z.enum(['receiving', 'sending']))),
    link: told('The page where it can be fixed. https only.', link()),
  }),
);
export type Advice = z.infer<typeof Advice>;

export const SaleshandyResult = named(
  'SaleshandyResult',
  'The state of a verified mailbox in Saleshandy. connecting: it is being added. connected: it has been added. present: it was already there; its password there can’t be replaced from here. failed: it couldn’t be added, or doesn’t work there.',
  z.object({
    state: z.enum(['connecting', 'connected', 'present', 'failed']),
    accountId: told("The mailbox's id there.", z.optional(upTo(200))),
    reason: told(
      'Why it failed.',
      z.optional(z.enum(['key_refused', 'refused', 'not_working_there', 'unavailable'])),
    ),
    left: told(
      'The parts of the template that couldn’t be applied.',
      z.optional(z.array(z.enum(['from_name', 'client', 'tags'])).check(z.maxLength(10))),
    ),
  }),
);
export type SaleshandyResult = z.infer<typeof SaleshandyResult>;

export const Connection = named(
  'Connection',
  'A mailbox being connected to the workspace.',
  z.object({
    id: z.uuid(),
    provider: upTo(100),
    email: upTo(320),
    state: z.enum(['verifying', 'done']),
    version: told('Increases with every change; used with `since`.', z.int()),
    attempt: told('Which verification this is, counted from 1.', z.int()),
    verdict: z.optional(Verdict),
    checks: z.object({ receiving: Check, sending: Check }),
    advice: z.optional(Advice),
    mailbox: told(
      'Once verified: whether the mailbox is new, or the workspace already had it and only its password was replaced.',
      z.optional(z.enum(['new', 'replaced'])),
    ),
    saleshandy: told(
      'Once verified, where the backend connects mailboxes in Saleshandy. Changes after `state` is `done`.',
      z.optional(SaleshandyResult),
    ),
    requestId: told(
      'The ID of the request, for support. It is in the response’s headers, not in its body.',
      z.optional(upTo(100)),
    ),
  }),
);
export type Connection = z.infer<typeof Connection>;

export const MailServer = named(
  'MailServer',
  'A mail server. `tls` means TLS from the first byte, `starttls` after the greeting; there is no plain text.',
  z.object({
    host: z.string().check(z.regex(/^[\w.:-]+$/), z.maxLength(253)),
    port: z.int().check(z.gte(1), z.lte(65535)),
    security: z.enum(['tls', 'starttls']),
  }),
);
export type MailServer = z.infer<typeof MailServer>;

export const SenderTemplate = named(
  'SenderTemplate',
  'How to set up the mailbox in the workspace once it is verified.',
  z.object({
    fromName: told(
      'The name its mail is sent under.',
      z.optional(z.string().check(z.regex(TEXT), z.maxLength(100))),
    ),
    client: told(
      'The client of the workspace that it belongs to, by name or ID.',
      z.optional(z.string().check(z.regex(TEXT), z.maxLength(100))),
    ),
    tags: z.optional(z.array(z.string().check(z.regex(TEXT), z.maxLength(50))).check(z.maxLength(20))),
  }),
);
export type SenderTemplate = z.infer<typeof SenderTemplate>;

export const ConnectionRequest = named(
  'ConnectionRequest',
  'A mailbox to be verified and connected.',
  z.object({
    provider: z.string().check(z.regex(/^[a-z0-9-]{1,40}$/)),
    email: z.email().check(z.maxLength(254)),
    login: told(
      'The user name at the mail servers, if it isn’t the email address.',
      z.optional(z.string().check(z.regex(TEXT), z.maxLength(254))),
    ),
    password: told(
      'A compact JWE (ECDH-ES, A256GCM) of a `SealedPassword`, made with a key from `/.well-known/jwks.json`.',
      z.string().check(z.regex(/^[\w-]+\.[\w-]*\.[\w-]+\.[\w-]+\.[\w-]+$/), z.maxLength(4096)),
    ),
    servers: told(
      'For a mailbox whose provider isn’t known, or whose servers only its owner knows.',
      z.optional(z.object({ imap: MailServer, smtp: MailServer })),
    ),
    pageHost: told(
      "The host, without a port, of the provider's page that showed the code, where a provider has several regions.",
      z.optional(z.string().check(z.regex(/^[a-z\d_.-]+$/), z.maxLength(253))),
    ),
    template: z.optional(SenderTemplate),
  }),
);
export type ConnectionRequest = z.infer<typeof ConnectionRequest>;

/** What is inside the JWE. Everything but the password ties it to this one request at this one backend. */
export const SealedPassword = named(
  'SealedPassword',
  'The plaintext of the sealed password, as JSON. `provider`, `login`, `servers` and `pageHost` must match the request, and be absent if they are absent there.',
  z.object({
    version: told(
      'Absent from passwords sealed before versions existed; the fields after `iat` are then absent too, and it is accepted only for a request without `login` and `servers`.',
      z.optional(z.literal(2)),
    ),
    password: z.string().check(z.minLength(1), z.maxLength(256), z.regex(/^\P{Cs}+$/u)),
    aud: told('The origin of the backend it is meant for.', z.string()),
    workspace: told("The workspace's id.", z.string()),
    connection: told("The connection's id.", z.uuid()),
    email: z.string(),
    iat: told('When it was sealed, in seconds since 1970.', z.int()),
    provider: told('Always there in version 2.', z.optional(z.string())),
    login: z.optional(z.string()),
    servers: z.optional(z.object({ imap: MailServer, smtp: MailServer })),
    pageHost: z.optional(z.string()),
  }),
);
export type SealedPassword = z.infer<typeof SealedPassword>;

export const Workspace = named(
  'Workspace',
  'Who the access token belongs to.',
  z.object({
    id: upTo(200),
    name: upTo(300),
    app: told(
      'Where users of this workspace open Saleshandy; white-label customers have their own address. https only.',
      link(),
    ),
    user: told(
      'The name of the user who signed in. Absent for a token that doesn’t belong to a user.',
      z.optional(upTo(300)),
    ),
  }),
);
export type Workspace = z.infer<typeof Workspace>;

export const MailDomain = named(
  'MailDomain',
  'The provider of a domain’s mailboxes, or the servers to open them at.',
  z.object({
    domain: upTo(253),
    provider: told("A provider's id; absent if none is known.", z.optional(upTo(100))),
    by: told(
      "How it is known. domain: the domain is the provider's own. mx: its mail is delivered to the provider's servers. autoconfig: the domain's owner publishes its servers. ispdb: Thunderbird's directory lists them. srv: DNS does.",
      z.optional(z.enum(['domain', 'mx', 'autoconfig', 'ispdb', 'srv'])),
    ),
    servers: told(
      'The servers found, if the provider isn’t known. A verification without servers uses them.',
      z.optional(z.object({ imap: MailServer, smtp: MailServer })),
    ),
    confidence: told(
      'unsure: has to be confirmed by somebody who knows the mailbox, since anybody could have published it.',
      z.optional(z.enum(['sure', 'likely', 'unsure'])),
    ),
  }),
);
export type MailDomain = z.infer<typeof MailDomain>;

export const JsonWebKeySet = named(
  'JsonWebKeySet',
  'Public keys to seal with; use the first.',
  z.object({
    keys: z
      .array(
        z.object({
          kty: z.literal('EC'),
          crv: z.literal('P-256'),
          x: upTo(100),
          y: upTo(100),
          kid: upTo(200),
          use: z.literal('enc'),
          alg: z.literal('ECDH-ES'),
        }),
      )
      .check(z.minLength(1), z.maxLength(50)),
  }),
);
export type JsonWebKeySet = z.infer<typeof JsonWebKeySet>;

/** Problem types (RFC 9457), as paths on the backend's own origin. */
export const problemTypes = {
  tokenMissing: '/problems/token-missing',
  tokenRefused: '/problems/token-refused',
  requestInvalid: '/problems/request-invalid',
  bodyTooLarge: '/problems/body-too-large',
  tooSlow: '/problems/too-slow',
  tooManyRequests: '/problems/too-many-requests',
  keyUnknown: '/problems/key-unknown',
  sealBroken: '/problems/seal-broken',
  sealForOther: '/problems/seal-for-other',
  sealTime: '/problems/seal-time',
  idTaken: '/problems/id-taken',
  providerUnknown: '/problems/provider-unknown',
  serversNeeded: '/problems/servers-needed',
  providerClosed: '/problems/provider-closed',
  notFound: '/problems/not-found',
  starting: '/problems/starting',
  internal: '/problems/internal',
} as const;
export type ProblemType = (typeof problemTypes)[keyof typeof problemTypes];

export const Problem = named(
  'Problem',
  'What went wrong with a request (RFC 9457). Mailboxes that can’t be opened are results, not problems.',
  z.object({
    type: upTo(300),
    title: upTo(1_000),
    status: z.int(),
    detail: z.optional(upTo(10_000)),
    instance: told("The request's ID, to be quoted to support.", z.optional(upTo(300))),
  }),
);
export type Problem = z.infer<typeof Problem>;

/** The longest time a poll may wait, in seconds: a browser ends a worker whose fetch takes longer than 30. */
export const MAX_WAIT = 20;
