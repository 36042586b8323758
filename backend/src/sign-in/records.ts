import { createHash } from 'node:crypto';
import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import type { Database } from '../database/database.ts';
import { toJson } from '../database/json.ts';

/** Stands, in the address that an interrupted sign-in goes on at, for its id. */
const HERE = '{id}';

interface Row {
  payload: AdapterPayload;
  consumed: number | null;
}

/**
 * What the authorization server remembers: sessions, grants, codes, tokens. A record is found by the hash of its id, and
 * the id itself is nowhere in it, so that whoever reads the database has no token, no code and no cookie. They are 126
 * bits of chance or more, so a plain hash can't be guessed back.
 */
export class Records {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** As the library wants it, for one kind of record. */
  adapter(model: string): Adapter {
    const database = this.#database;
    const open = (row: Row | undefined, id: string): AdapterPayload | undefined =>
      row && {
        ...row.payload,
        jti: id,
        ...(row.payload.returnTo ? { returnTo: row.payload.returnTo.replace(HERE, id) } : {}),
        ...(row.consumed === null ? {} : { consumed: row.consumed }),
      };
    const read = async (condition: string, value: string): Promise<Row | undefined> => {
      const [row] = await database.query<Row>(
        `select payload, extract(epoch from consumed_at)::int as consumed from sign_in_records
          where model = $1 and expires_at > now() and ${condition}`,
        [model, value],
      );
      return row;
    };
    return {
      upsert: async (id, payload, expiresIn) => {
        const { jti: _, session, returnTo, ...rest } = payload;
        // Nothing is made of the session's cookie.
        const { cookie: __, ...kept } = session ?? {};
        const stored = {
          ...rest,
          ...(session ? { session: kept } : {}),
          ...(returnTo ? { returnTo: returnTo.replace(id, HERE) } : {}),
        };
        await database.query(
          `insert into sign_in_records (model, id, payload, grant_id, uid, expires_at)
           values ($1, $2, $3, $4, $5, now() + make_interval(secs => $6))
           on conflict (model, id) do update
             set payload = excluded.payload, grant_id = excluded.grant_id, uid = excluded.uid,
                 expires_at = excluded.expires_at`,
          [model, hash(id), toJson(stored), payload.grantId ?? null, payload.uid ?? null, expiresIn],
        );
      },
      find: async (id) => open(await read('id = $2', hash(id)), id),
      // Nobody knows its cookie here, so it can be looked at and no more.
      // A NUL, which PostgreSQL takes in no text, is in no uid of ours.
      findByUid: async (uid) => (uid.includes('\0') ? undefined : open(await read('uid = $2', uid), '')),
      // Another way to sign in, which is switched off.
      findByUserCode: async () => undefined,
      consume: async (id) => {
        const rows = await database.query(
          `update sign_in_records set consumed_at = now()
            where model = $1 and id = $2 and consumed_at is null returning id`,
          [model, hash(id)],
        );
        // Of two who come with it at the same moment, the second.
        if (rows.length === 0) throw new errors.InvalidGrant('used already');
      },
      destroy: async (id) => {
        await database.query('delete from sign_in_records where model = $1 and id = $2', [model, hash(id)]);
      },
      revokeByGrantId: async (grantId) => {
        await database.query('delete from sign_in_records where model = $1 and grant_id = $2', [
          model,
          grantId,
        ]);
      },
    };
  }

  /** Ends a browser's session: whoever uses it next is asked who they are. */
  async endSession(uid: string): Promise<void> {
    await this.#database.query("delete from sign_in_records where model = 'Session' and uid = $1", [uid]);
  }

  async forgetOld(): Promise<void> {
    await this.#database.query('delete from sign_in_records where expires_at < now()');
  }
}

const hash = (id: string): string => createHash('sha256').update(id).digest('base64url');
