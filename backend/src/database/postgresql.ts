import { createHash } from 'node:crypto';
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
  // Whoever awaits a query hears of it; between two nobody would, and the process would end.
  const ignore = (): void => {};
  client.on('error', ignore);
  let isBroken = false;
  const queries = queriesOf(client);
  try {
    await client.query(['begin', ...lockStatements(locks)].join(';'));
    const result = await work(queries);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch(() => {
      isBroken = true;
    });
    throw error;
  } finally {
    client.off('error', ignore);
    client.release(isBroken);
  }
}

/** In one round trip with what comes before: always in the same order, so that nobody waits in a circle. */
const lockStatements = (locks: readonly string[]): string[] =>
  [...new Set(locks)].sort().map((name) => `select pg_advisory_xact_lock(${lockNumber(name)})`);

/** A number of 64 bits for a name. Two names that share one wait for each other, and that is all. */
const lockNumber = (name: string): bigint => createHash('sha256').update(name).digest().readBigInt64BE();

/** Statements by their text, so that the server plans each once for a connection. There are as many as stand in the code. */
const prepared = new Map<string, string>();

function nameOf(sql: string): string {
  const name = prepared.get(sql) ?? `s${prepared.size}`;
  prepared.set(sql, name);
  return name;
}

const queriesOf = (client: pg.Pool | pg.PoolClient): Queries => ({
  query: async <Row>(sql: string, parameters?: unknown[]) =>
    (await client.query(parameters ? { name: nameOf(sql), text: sql, values: parameters } : sql))
      .rows as Row[],
});

const reasonOf = (error: unknown): string => {
  const { message, code } = error as NodeJS.ErrnoException;
  return message || code || String(error);
};
