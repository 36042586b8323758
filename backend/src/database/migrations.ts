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
  `
  alter table connections add column job uuid;
  create table secrets (
    name text primary key,
    content bytea not null,
    written timestamptz not null default now()
  );
  create table verification_counts (
    name text primary key,
    count int not null,
    until timestamptz not null
  );
  `,
  `
  alter table connections add column located jsonb;
  alter table connections add column saleshandy jsonb;
  alter table connections add column saleshandy_job uuid;
  `,
  `
  alter table connections add column take_ups int not null default 0;
  alter table connections add column losses int not null default 0;
  alter table connections drop constraint connections_pkey;
  alter table connections add primary key (workspace, id);
  create index connections_ids on connections (id);
  alter table forgotten add column is_made_up boolean not null default false;
  create index forgotten_made_up on forgotten (workspace, at) where is_made_up;
  create index forgotten_old on forgotten (at);
  create table refusals (
    workspace text not null,
    host text not null,
    count int not null,
    until timestamptz not null,
    primary key (workspace, host)
  );
  create index refusals_hosts on refusals (host);
  `,
];
