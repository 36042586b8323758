import { randomUUID } from 'node:crypto';
import type { Workspace } from '../../../utils/onboarding/contract.ts';
import type { Secret } from '../../../utils/secret.ts';
import type { Database } from '../database/database.ts';
import type { KeyRing } from '../keys.ts';

/** Somebody who signed in, and the workspace whose key they had. */
export interface Account {
  id: string;
  user: string;
  workspace: {
    id: string;
    /** Absent until somebody has said it. */
    name?: string;
    app?: string;
  };
}

interface Row {
  id: string;
  user_name: string;
  workspace: string;
  workspace_name: string | null;
  app: string | null;
}

/** Who may hand in mailboxes to which workspace. */
export class Accounts {
  readonly #database: Database;
  readonly #keys: KeyRing;

  constructor(database: Database, keys: KeyRing) {
    this.#database = database;
    this.#keys = keys;
  }

  /**
   * Whoever has a workspace's API key belongs to it.
   * @param apiKey one that Saleshandy accepts
   * @param user what they call themselves; the same name is the same person
   */
  async enter(apiKey: Secret, user: string): Promise<Account> {
    const workspace = await this.#workspaceOf(apiKey);
    const [row] = await this.#database.query<{ id: string }>(
      `insert into users (id, workspace, name) values ($1, $2, $3)
       on conflict (workspace, lower(name)) do update set name = excluded.name
       returning id`,
      [randomUUID(), workspace, user],
    );
    return (await this.find((row as { id: string }).id)) as Account;
  }

  async #workspaceOf(apiKey: Secret): Promise<string> {
    const id = randomUUID();
    const fingerprint = this.#keys.apiKeyFingerprint(apiKey);
    await this.#database.query(
      `insert into workspaces (id, key_fingerprint, api_key) values ($1, $2, $3)
       on conflict (key_fingerprint) do nothing`,
      [id, fingerprint, this.#keys.encryptApiKey(apiKey, id)],
    );
    const [row] = await this.#database.query<{ id: string }>(
      'select id from workspaces where key_fingerprint = $1',
      [fingerprint],
    );
    return (row as { id: string }).id;
  }

  async find(id: string): Promise<Account | undefined> {
    const [row] = await this.#database.query<Row>(
      `select users.id, users.name as user_name, workspaces.id as workspace, workspaces.name as workspace_name, app
         from users join workspaces on workspaces.id = users.workspace
        where users.id = $1`,
      [id],
    );
    if (!row) return undefined;
    return {
      id: row.id,
      user: row.user_name,
      workspace: {
        id: row.workspace,
        ...(row.workspace_name === null ? {} : { name: row.workspace_name }),
        ...(row.app === null ? {} : { app: row.app }),
      },
    };
  }

  /** The first name that is said stays. */
  async nameWorkspace(id: string, name: string): Promise<void> {
    await this.#database.query('update workspaces set name = $2 where id = $1 and name is null', [id, name]);
  }
}

/** What the contract tells of it. */
export const toWorkspace = ({ user, workspace }: Account, app: string | undefined): Workspace => {
  const address = workspace.app ?? app;
  return {
    id: workspace.id,
    name: workspace.name ?? '',
    ...(address ? { app: address } : {}),
    user,
  };
};
