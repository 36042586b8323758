import { join } from 'node:path';
import { PGlite, type Transaction } from '@electric-sql/pglite';
import { fromPglite } from 'pg-boss';
import { openFolder } from '../folder.ts';
import { lock } from '../lock.ts';
import type { Database, Queries } from './database.ts';

/**
 * PostgreSQL within this process, in a folder.
 * @throws Error when another backend has it open, since two would destroy each other's data
 */
export async function openEmbedded(dataDir: string): Promise<Database> {
  await openFolder(dataDir);
  // It has no lock of its own.
  const taken = await lock(join(dataDir, 'lock'));
  if ('owner' in taken) {
    throw new Error(
      `Another backend (${taken.owner}) uses this data folder. Stop it, or choose another folder.`,
    );
  }
  const pg = await PGlite.create(join(dataDir, 'database'));
  return {
    isShared: false,
    query: async <Row>(sql: string, parameters?: unknown[]) => (await pg.query<Row>(sql, parameters)).rows,
    // One transaction at a time: nobody else could have a lock.
    transaction: (work) => pg.transaction((transaction) => work(queriesOf(transaction))),
    jobs: { backend: 'pglite', db: fromPglite(pg) },
    close: async () => {
      await pg.close();
      await taken.release();
    },
  };
}

const queriesOf = (transaction: Transaction): Queries => ({
  query: async <Row>(sql: string, parameters?: unknown[]) =>
    (await transaction.query<Row>(sql, parameters)).rows,
});
