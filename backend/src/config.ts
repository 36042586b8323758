import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { Secret } from '../../utils/secret.ts';
import type { HttpLimits } from './http-server.ts';
import type { LimitsOptions } from './limits.ts';

const DnsServer = /^(\d+\.\d+\.\d+\.\d+(:\d+)?|\[[\da-f:]+\]:\d+|[\da-f:]+)$/i;
const Route = /^([^:=]+):(\d+)=([^=]+):(\d+)$/;

/** Of the access token that is known from the start. */
export const DEFAULT_WORKSPACE = 'default';

/** Every setting of the backend, read from the environment. `docs/backend.md` says what each is for. */
const Environment = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65535).default(8787),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  ONBOARDING_DATA_DIR: z.string().default('.data'),
  ONBOARDING_MASTER_KEY: z
    .string()
    .regex(/^[A-Za-z\d+/]{43}=$/, 'expected 32 bytes in Base64, as `openssl rand -base64 32` makes them')
    .optional(),
  ONBOARDING_PUBLIC_URL: z
    .string()
    .default('')
    .transform((text) => text.split(/[\s,]+/).filter(Boolean))
    .pipe(z.array(z.url('expected addresses such as https://onboarding.example.com'))),
  ONBOARDING_TOKEN: z.string().min(16).optional(),
  ONBOARDING_WORKSPACE: z.string().default('My workspace'),
  ONBOARDING_APP_URL: z.url().optional(),
  ONBOARDING_SIGN_IN: z.enum(['on', 'off']).default('on'),
  ONBOARDING_REDIRECT_URIS: z
    .string()
    .default('')
    .transform((text) => text.split(/[\s,]+/).filter(Boolean))
    .pipe(
      z.array(z.url({ protocol: /^https$/, error: 'expected addresses such as https://….chromiumapp.org/' })),
    ),
  ONBOARDING_SALESHANDY_URL: z
    .url({ protocol: /^https?$/ })
    .default('https://open-api.saleshandy.com/v1')
    .transform((url) => url.replace(/\/+$/, '')),
  ONBOARDING_SALESHANDY_KEY: z.string().min(8).optional(),
  ONBOARDING_UNDO_SECONDS: z.coerce.number().int().min(0).default(12),
  ONBOARDING_PRODUCT_NAME: z.string().min(1).default('Saleshandy'),
  ONBOARDING_KEY_DAYS: z.coerce.number().int().min(1).default(90),
  ONBOARDING_REQUESTS_PER_MINUTE: z.coerce.number().int().min(1).default(3000),
  ONBOARDING_STRANGER_REQUESTS_PER_MINUTE: z.coerce.number().int().min(1).default(120),
  ONBOARDING_VERIFICATIONS_AT_ONCE: z.coerce.number().int().min(1).default(200),
  ONBOARDING_VERIFICATIONS_PER_HOST: z.coerce.number().int().min(1).default(50),
  ONBOARDING_VERIFICATIONS_PER_MAILBOX: z.coerce.number().int().min(1).default(10),
  ONBOARDING_REFUSALS_PER_WORKSPACE: z.coerce.number().int().min(1).default(100),
  ONBOARDING_REFUSALS_PER_HOST: z.coerce.number().int().min(1).default(300),
  ONBOARDING_TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(0),
  ONBOARDING_REQUEST_TIMEOUT_MS: z.coerce.number().int().min(1000).default(15_000),
  ONBOARDING_MAX_CONNECTIONS: z.coerce.number().int().min(10).default(2000),
  ONBOARDING_CONNECTIONS_PER_ADDRESS: z.coerce.number().int().min(1).default(200),
  ONBOARDING_STOP_TIMEOUT_MS: z.coerce.number().int().min(0).default(40_000),
  ONBOARDING_VERIFY_TIMEOUT_MS: z.coerce.number().int().min(1000).default(30_000),
  ONBOARDING_SETTLE_MS: z.coerce.number().int().min(0).default(7000),
  ONBOARDING_DISCOVERY: z.enum(['on', 'off']).default('on'),
  ONBOARDING_DNS_SERVERS: z
    .string()
    .default('')
    .transform((text) => text.split(/[\s,]+/).filter(Boolean))
    .pipe(z.array(z.string().regex(DnsServer, 'expected addresses such as 192.0.2.53 or 192.0.2.53:5353'))),
  ONBOARDING_MAIL_ROUTES: z
    .string()
    .default('')
    .transform((text) => text.split(/[\s,]+/).filter(Boolean))
    .pipe(z.array(z.string().regex(Route, 'expected host:port=address:port'))),
  ONBOARDING_MAIL_CA: z.string().optional(),
  ONBOARDING_METRICS_PORT: z.coerce.number().int().min(0).max(65535).optional(),
  LOG_LEVEL: z.enum(['silent', 'error', 'warn', 'info', 'debug']).default('info'),
});

export interface Config {
  host: string;
  port: number;
  /** Of a PostgreSQL that replicas share; the embedded database in `dataDir` without. */
  databaseUrl?: string;
  dataDir: string;
  /** What everything kept is encrypted with, 32 bytes in Base64. Made in `dataDir` where it is absent. */
  masterKey?: string;
  /** Origins people may reach the backend at; a password is sealed to one of them. Derived from the port if empty. */
  publicOrigins: string[];
  /** The access token, when it isn't to be made by the backend itself. */
  token?: string;
  workspaceName: string;
  appUrl?: string;
  /** How people sign in; not at all where it is absent. */
  signIn?: {
    /** Where the answer may be sent, exactly; to any browser extension if empty. */
    redirectUris: string[];
    /** What people know the workspace's app as. */
    productName: string;
  };
  /** Saleshandy's public API, and a key for the workspace that is known from the start. */
  saleshandy: { address: string; undoSeconds: number; key?: Secret };
  /** How many days a key is sealed with before another is made. */
  keyDays: number;
  limits: LimitsOptions;
  /** How many proxies in front are the operator's own, and are believed about who calls. */
  trustedProxies: number;
  http: HttpLimits;
  /** The longest that running verifications are waited for when it is to stop, in ms. */
  stopTimeoutMs: number;
  verifyTimeoutMs: number;
  /** The longest that a server is not believed that calls a new code wrong, in ms. */
  settleMs: number;
  /** Whether it is looked for where the mailboxes of a domain are, when its mail exchangers are no known provider's. */
  discovers: boolean;
  /** How many verifications this process has under way at most. */
  verificationsAtOnce: number;
  /** How many of one mail host all replicas together have under way at most. */
  verificationsPerHost: number;
  /** DNS servers that are asked for mail hosts and whose a domain is; those of the system if empty. */
  dnsServers: string[];
  /** `host:port` to where it is really to be found. Only these may lead to a private or loopback address. */
  mailRoutes: ReadonlyMap<string, { address: string; port: number }>;
  /** A certificate authority to trust beside the well-known ones, PEM. */
  mailCa?: string;
  /** Where metrics are served, if they are. */
  metricsPort?: number;
  logLevel: string;
}

/** @throws Error that says, a line each, which variable is wrong and how */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const parsed = Environment.safeParse(environment);
  if (!parsed.success) {
    const lines = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new Error(`The backend can't start with these settings:\n${lines.join('\n')}`);
  }
  const env = parsed.data;
  if (env.DATABASE_URL && !env.ONBOARDING_MASTER_KEY) {
    throw new Error(
      "The backend can't start with these settings:\nONBOARDING_MASTER_KEY: needed with DATABASE_URL, and the same for all replicas",
    );
  }
  return {
    host: env.HOST,
    port: env.PORT,
    ...(env.DATABASE_URL ? { databaseUrl: env.DATABASE_URL } : {}),
    dataDir: env.ONBOARDING_DATA_DIR,
    ...(env.ONBOARDING_MASTER_KEY ? { masterKey: env.ONBOARDING_MASTER_KEY } : {}),
    publicOrigins: env.ONBOARDING_PUBLIC_URL.map((url) => new URL(url).origin),
    ...(env.ONBOARDING_TOKEN ? { token: env.ONBOARDING_TOKEN } : {}),
    workspaceName: env.ONBOARDING_WORKSPACE,
    ...(env.ONBOARDING_APP_URL ? { appUrl: env.ONBOARDING_APP_URL } : {}),
    ...(env.ONBOARDING_SIGN_IN === 'on'
      ? {
          signIn: {
            redirectUris: env.ONBOARDING_REDIRECT_URIS,
            productName: env.ONBOARDING_PRODUCT_NAME,
          },
        }
      : {}),
    saleshandy: {
      address: env.ONBOARDING_SALESHANDY_URL,
      undoSeconds: env.ONBOARDING_UNDO_SECONDS,
      ...(env.ONBOARDING_SALESHANDY_KEY ? { key: new Secret(env.ONBOARDING_SALESHANDY_KEY) } : {}),
    },
    keyDays: env.ONBOARDING_KEY_DAYS,
    limits: {
      requestsPerMinute: env.ONBOARDING_REQUESTS_PER_MINUTE,
      strangerRequestsPerMinute: env.ONBOARDING_STRANGER_REQUESTS_PER_MINUTE,
      verificationsPerMailbox: env.ONBOARDING_VERIFICATIONS_PER_MAILBOX,
      refusalsPerWorkspace: env.ONBOARDING_REFUSALS_PER_WORKSPACE,
      refusalsPerHost: env.ONBOARDING_REFUSALS_PER_HOST,
    },
    trustedProxies: env.ONBOARDING_TRUSTED_PROXIES,
    http: {
      requestTimeoutMs: env.ONBOARDING_REQUEST_TIMEOUT_MS,
      maxConnections: env.ONBOARDING_MAX_CONNECTIONS,
      ...(env.ONBOARDING_TRUSTED_PROXIES > 0
        ? {}
        : { maxConnectionsPerAddress: env.ONBOARDING_CONNECTIONS_PER_ADDRESS }),
    },
    stopTimeoutMs: env.ONBOARDING_STOP_TIMEOUT_MS,
    verifyTimeoutMs: env.ONBOARDING_VERIFY_TIMEOUT_MS,
    settleMs: env.ONBOARDING_SETTLE_MS,
    discovers: env.ONBOARDING_DISCOVERY === 'on',
    verificationsAtOnce: env.ONBOARDING_VERIFICATIONS_AT_ONCE,
    verificationsPerHost: env.ONBOARDING_VERIFICATIONS_PER_HOST,
    dnsServers: env.ONBOARDING_DNS_SERVERS,
    mailRoutes: new Map(
      env.ONBOARDING_MAIL_ROUTES.map((route) => {
        const [, host, port, address, atPort] = Route.exec(route) as unknown as [
          string,
          string,
          string,
          string,
          string,
        ];
        return [`${host}:${port}`, { address, port: Number(atPort) }];
      }),
    ),
    ...(env.ONBOARDING_MAIL_CA ? { mailCa: readFileSync(env.ONBOARDING_MAIL_CA, 'utf8') } : {}),
    ...(env.ONBOARDING_METRICS_PORT === undefined ? {} : { metricsPort: env.ONBOARDING_METRICS_PORT }),
    logLevel: env.LOG_LEVEL,
  };
}
