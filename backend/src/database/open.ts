import type { Database } from './database.ts';
import { openEmbedded } from './embedded.ts';
import { MIGRATIONS } from './migrations.ts';
import { openPostgreSql } from './postgresql.ts';

export interface DatabaseOptions {
  /** Of a PostgreSQL; without one the embedded database in `dataDir` is used. */
  url?: string | undefined;
  dataDir: string;
}

/**
 * Opens the database, making or migrating its tables as needed.
 * @param migrations fewer of them make the database of an earlier version
 * @throws Error when it can't be reached, is too old, or another backend has the embedded one open
 */
export async function openDatabase(
  { url, dataDir }: DatabaseOptions,
  migrations = MIGRATIONS,
): Promise<Database> {
  const database = url ? await openPostgreSql(url) : await openEmbedded(dataDir);
  try {
    await migrate(database, migrations);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Of several processes that start at once, one does it and the others wait. */
async function migrate(database: Database, migrations: readonly string[]): Promise<void> {
  await database.transaction(
    async ({ query }) => {
      await query('create table if not exists migrations (number int primary key)');
      const done = await query<{ number: number }>('select number from migrations');
      for (const [number, sql] of migrations.entries()) {
        if (done.some((row) => row.number === number)) continue;
        for (const statement of sql.split(/;$/m).filter((text) => text.trim())) await query(statement);
        await query('insert into migrations values ($1)', [number]);
      }
    },
    ['migrations'],
  );
}
