import pg from 'pg';
import type { Database, Queries } from './database.ts';

/** The oldest that it is tried with. Nothing newer may be in the SQL. */
const OLDEST = 15;

/** Connections of one process, those of the job queue aside. Requests wait for one; verifications hold none. */
const CONNECTIONS = 16;

/** How long a request may wait for a connection, in ms, before it is answered that something is wrong. */
const CONNECT_MS = 10_000;

/**
 * A PostgreSQL that other replicas use as well.
 * @throws Error when it can't be reached or is too old
 */
export async function openPostgreSql(url: string): Promise<Database> {
  const pool = new pg.Pool({
    connectionString: url,
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_MS,
    application_name: 'onboarding-backend',
  });
  // An idle connection that breaks is replaced; whoever uses one hears of it by themselves.
  pool.on('error', () => {});
  const queries = queriesOf(pool);
  try {
    const [version] = await queries.query<{ number: number }>(
      "select current_setting('server_version_num')::int as number",
    );
    if (Math.floor((version?.number ?? 0) / 10_000) < OLDEST) {
      throw new Error(`PostgreSQL ${OLDEST} or newer is needed.`);
    }
  } catch (error) {
    await pool.end();
    // The address has a password in it.
    throw new Error(`The database in DATABASE_URL can't be used: ${reasonOf(error)}`);
  }
  return {
    ...queries,
    isShared: true,
    transaction: (work, locks = []) => inTransaction(pool, work, locks),
    jobs: { connectionString: url },
    close: () => pool.end(),
  };
}

async function inTransaction<T>(
  pool: pg.Pool,
  work: (queries: Queries) => Promise<T>,
  locks: readonly string[],
): Promise<T> {
  const client = await pool.connect();
  let isBroken = false;
  const queries = queriesOf(client);
  try {
    await client.query('begin');
    await takeLocks(queries, locks);
    const result = await work(queries);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch(() => {
      isBroken = true;
    });
    throw error;
  } finally {
    client.release(isBroken);
  }
}

/** Takes locks, always in the same order so that nobody waits in a circle. They end with the transaction. */
async function takeLocks({ query }: Queries, locks: readonly string[]): Promise<void> {
  for (const name of [...new Set(locks)].sort()) {
    await query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [name]);
  }
}

const queriesOf = (client: pg.Pool | pg.PoolClient): Queries => ({
  query: async <Row>(sql: string, parameters?: unknown[]) =>
    (await client.query(sql, parameters)).rows as Row[],
});

const reasonOf = (error: unknown): string => {
  const { message, code } = error as NodeJS.ErrnoException;
  return message || code || String(error);
};
