import type { ConstructorOptions } from 'pg-boss';

export interface Queries {
  query<Row>(sql: string, parameters?: unknown[]): Promise<Row[]>;
}

export interface Database extends Queries {
  /** Whether other processes may work on it at the same time. */
  readonly isShared: boolean;
  /**
   * All that `work` asks for, or nothing. Nothing but its own queries may be awaited in it: the embedded database has
   * one connection, and waits for ever.
   * @param locks names of which no two transactions, in whichever process, have the same at once
   */
  transaction<T>(work: (queries: Queries) => Promise<T>, locks?: readonly string[]): Promise<T>;
  /** For the job queue, which has tables of its own in it. */
  readonly jobs: Pick<ConstructorOptions, 'backend' | 'db' | 'connectionString'>;
  close(): Promise<void>;
}
