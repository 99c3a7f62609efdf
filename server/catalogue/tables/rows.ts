import type { Cell } from '../cells.ts';
import type { ImportContext } from '../importer.ts';
import { openTable } from '../reading/open.ts';
import type { Column, Table } from '../reading/table.ts';

/** A row's cells by column name. */
export type CellOf = (column: string) => Cell;

/** Takes one row in; what it throws as an InputError drops the row, counted and named. */
export type TakeRow = (cell: CellOf, line: number) => void;

/** Reads a table row by row, counting; columns that nothing reads are noted once a file. */
export async function eachRow(
  file: string,
  columns: readonly Column[],
  to: { context: ImportContext; take: TakeRow },
): Promise<void> {
  await eachRowOf(await openTable(file, columns), columns, to);
}

export async function eachRowOf(
  table: Table,
  columns: readonly Column[],
  { context, take }: { context: ImportContext; take: TakeRow },
): Promise<void> {
  const { tally } = context;
  const { file } = table;
  const position = new Map(columns.map((column, index) => [column.name, index]));
  for await (const batch of table.rows()) {
    context.signal.throwIfAborted();
    for (const row of batch) {
      tally.read += 1;
      try {
        if (row.broken) throw row.broken;
        take((column) => [row.cells[position.get(column) ?? -1], { file, line: row.line, column }], row.line);
      } catch (problem) {
        tally.refuse(problem);
      }
    }
    context.progress(tally.read);
  }
  for (const name of table.unused) tally.note(`column "${name.slice(0, 60)}" not used`);
}

/** Collects rows and hands them on in batches. */
export function batches<T>(
  flush: (batch: readonly T[]) => void,
  size = 10_000,
): { add(row: T): void; end(): void } {
  let batch: T[] = [];
  const end = (): void => {
    if (batch.length > 0) flush(batch);
    batch = [];
  };
  return {
    add(row) {
      batch.push(row);
      if (batch.length >= size) end();
    },
    end,
  };
}
