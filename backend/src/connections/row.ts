import type {
  Advice,
  Check,
  Connection,
  MailServer,
  SaleshandyResult,
  SenderTemplate,
  Verdict,
} from '../../../utils/onboarding/contract.ts';
import type { Located } from './locate.ts';

/** What is stored of a mailbox on its way into Saleshandy. */
export type SaleshandyProgress = SaleshandyResult & {
  /** It was asked to connect the mailbox; whether it did is not known. */
  asked?: boolean;
  /** How often it was away. */
  tries?: number;
};

/** A connection, as it is stored. */
export interface Row {
  id: string;
  workspace: string;
  provider: string;
  email: string;
  login: string | null;
  servers: { imap: MailServer; smtp: MailServer } | null;
  page_host: string | null;
  /** Where it is, as found by the address's domain when it was accepted. */
  located: Located | null;
  /** How the mailbox is to be set up once it is verified. */
  template: SenderTemplate | null;
  fingerprint: string;
  sealed: string | null;
  /** The id it was sealed for, where the mailbox was handed in again under another one. */
  sealed_for: string | null;
  state: 'verifying' | 'done';
  version: number;
  attempt: number;
  /** How often this verification was taken up, each time but the last by somebody who is gone. */
  take_ups: number;
  /** How often it was seen that its worker was lost. */
  losses: number;
  /** The job that verifies it, or did so last. */
  job: string;
  verdict: Verdict | null;
  receiving: Check;
  sending: Check;
  advice: Advice | null;
  /** Of the last time it was verified. */
  mailbox: 'new' | 'replaced' | null;
  /** Of the last time it was verified, where mailboxes are connected in Saleshandy. */
  saleshandy: SaleshandyProgress | null;
  saleshandy_job: string | null;
  created_at: Date;
}

/** What makes a mailbox, as it is stored. */
const COLUMNS = [
  'workspace',
  'email',
  'provider',
  'login',
  'servers',
  'page_host',
  'template',
  'password',
  'connection',
  'verified_at',
] as const;
export const MAILBOX = COLUMNS.join();
export const OTHERWISE = COLUMNS.map((column) => `${column} = excluded.${column}`).join();

/** Where replicas tell each other which connection has changed. */
export const CHANGES = 'connection_changes';

export function toConnection(row: Row): Connection {
  return {
    id: row.id,
    provider: row.provider,
    email: row.email,
    state: row.state,
    version: row.version,
    attempt: row.attempt,
    checks: { receiving: row.receiving, sending: row.sending },
    ...(row.verdict ? { verdict: row.verdict } : {}),
    ...(row.advice ? { advice: row.advice } : {}),
    ...(row.verdict === 'verified' && row.mailbox ? { mailbox: row.mailbox } : {}),
    ...(row.verdict === 'verified' && row.saleshandy ? { saleshandy: toResult(row.saleshandy) } : {}),
  };
}

const toResult = ({ asked: _, tries: __, ...result }: SaleshandyProgress): SaleshandyResult => result;
