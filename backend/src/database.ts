import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { lock } from './lock.ts';

/** Run in order, once each. Never change one that has been released; add another. */
export const MIGRATIONS: readonly string[] = [
  `
  create table connections (
    id uuid primary key,
    workspace text not null,
    provider text not null,
    email text not null,
    login text,
    servers jsonb,
    fingerprint text not null,
    sealed text,
    state text not null,
    version int not null,
    attempt int not null,
    verdict text,
    receiving jsonb not null,
    sending jsonb not null,
    advice jsonb,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
  );
  create index connections_unfinished on connections (created_at) where state = 'verifying';

  create table mailboxes (
    workspace text not null,
    email text not null,
    provider text not null,
    login text,
    servers jsonb,
    password bytea not null,
    connection uuid not null,
    verified_at timestamptz not null default now(),
    primary key (workspace, email)
  );
  `,
  `
  alter table connections add column page_host text;
  alter table mailboxes add column page_host text;
  `,
  `
  alter table connections add column sealed_for uuid;
  create index connections_same on connections (workspace, fingerprint);
  create table forgotten (
    workspace text not null,
    id uuid not null,
    at timestamptz not null default now(),
    primary key (workspace, id)
  );
  `,
  `
  alter table connections add column template jsonb;
  alter table mailboxes add column template jsonb;
  `,
  `
  alter table connections add column mailbox text;
  create table replaced_mailboxes (
    workspace text not null,
    email text not null,
    provider text not null,
    login text,
    servers jsonb,
    page_host text,
    template jsonb,
    password bytea not null,
    connection uuid not null,
    verified_at timestamptz not null,
    replaced_by uuid not null,
    replaced_at timestamptz not null default now(),
    primary key (workspace, email)
  );
  `,
  `
  create table workspaces (
    id text primary key,
    name text,
    app text,
    key_fingerprint text not null unique,
    api_key bytea not null,
    created_at timestamptz not null default now()
  );
  create table users (
    id uuid primary key,
    workspace text not null references workspaces (id),
    name text not null,
    created_at timestamptz not null default now()
  );
  create unique index users_names on users (workspace, lower(name));

  create table sign_in_records (
    model text not null,
    id text not null,
    payload jsonb not null,
    grant_id text,
    uid text,
    consumed_at timestamptz,
    expires_at timestamptz not null,
    primary key (model, id)
  );
  create index sign_in_records_grants on sign_in_records (grant_id) where grant_id is not null;
  create index sign_in_records_uids on sign_in_records (uid) where uid is not null;
  create index sign_in_records_expired on sign_in_records (expires_at);
  `,
];

export interface Database {
  query<Row>(sql: string, parameters?: unknown[]): Promise<Row[]>;
  /** Both or neither, in a row for each statement. */
  transaction(statements: [sql: string, parameters: unknown[]][]): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the embedded PostgreSQL in `dataDir`, making or migrating it as needed.
 * @param migrations fewer of them make the database of an earlier version
 * @throws Error when another backend has it open, since two would destroy each other's data
 */
export async function openDatabase(dataDir: string, migrations = MIGRATIONS): Promise<Database> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  // The embedded database has no lock of its own.
  const taken = await lock(join(dataDir, 'lock'));
  if ('owner' in taken) {
    throw new Error(
      `Another backend (process ${taken.owner}) uses this data folder. Stop it, or choose another folder.`,
    );
  }
  const pg = await PGlite.create(join(dataDir, 'database'));
  await pg.exec('create table if not exists migrations (number int primary key)');
  const done = await pg.query<{ number: number }>('select number from migrations');
  for (const [number, sql] of migrations.entries()) {
    if (done.rows.some((row) => row.number === number)) continue;
    await pg.transaction(async (transaction) => {
      await transaction.exec(sql);
      await transaction.query('insert into migrations values ($1)', [number]);
    });
  }
  return {
    query: async <Row>(sql: string, parameters?: unknown[]) => (await pg.query<Row>(sql, parameters)).rows,
    transaction: async (statements) => {
      await pg.transaction(async (transaction) => {
        for (const [sql, parameters] of statements) await transaction.query(sql, parameters);
      });
    },
    close: async () => {
      await pg.close();
      await taken.release();
    },
  };
}
