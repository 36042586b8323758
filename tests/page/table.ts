type Row = Readonly<Record<string, string | number>>;

/** Prints rows by name. The runner hands on what a page logs, but not its `console.table`. */
export function printTable(title: string, rows: Readonly<Record<string, Row>>): void {
  const columns = [...new Set(Object.values(rows).flatMap(Object.keys))];
  const lines = [
    [title, ...columns],
    ...Object.entries(rows).map(([name, row]) => [
      name,
      ...columns.map((column) => String(row[column] ?? '')),
    ]),
  ];
  const widths = lines[0]?.map((_, column) =>
    Math.max(...lines.map((line) => [...(line[column] ?? '')].length)),
  );
  const drawn = lines.map((line) =>
    line
      .map((cell, column) => cell + ' '.repeat((widths?.[column] ?? 0) - [...cell].length))
      .join('  ')
      .trimEnd(),
  );
  console.log(`\n${drawn.join('\n')}\n`);
}
