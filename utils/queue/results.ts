import type { RowView } from './rows.ts';

/**
 * What became of the mailboxes, as CSV. Its words are those of the contract, for programs and support to go by; no code
 * is in it.
 */
export async function resultsCsv(rows: readonly RowView[]): Promise<string> {
  const { default: Papa } = await import('papaparse');
  const lines = rows.map(({ email, provider, state, verdict, cause, at }) => ({
    address: email,
    provider: provider ?? '',
    state,
    verdict: verdict ?? '',
    cause: cause ?? '',
    time: at === undefined ? '' : new Date(at).toISOString(),
  }));
  // An address can begin with what a spreadsheet takes for a formula.
  return Papa.unparse(lines, { escapeFormulae: true });
}
