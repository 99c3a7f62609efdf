import { InputError, quoted } from '../input.ts';
import { readLines } from './lines.ts';
import { type Column, columnKey, type Row, type Table } from './table.ts';

/** Every line may bring keys of its own: no more of them are remembered. */
const MOST_UNUSED = 100;

/**
 * A JSON object a line. Columns may differ from line to line; a line that is not an object is a broken row.
 * @throws InputError what readLines throws
 */
export function openJsonl(file: string, columns: readonly Column[]): Table {
  const unused = new Set<string>();
  const wanted = new Map(
    columns.flatMap((column, index) =>
      [column.name, ...(column.aliases ?? [])].map((name) => [columnKey(name), index] as const),
    ),
  );

  function rowOf(line: number, text: string): Row {
    const cells: unknown[] = new Array(columns.length).fill(undefined);
    const value = parsed(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      const broken = new InputError(
        'value',
        { file, line },
        { expected: 'a JSON object', found: quoted(text) },
      );
      return { line, cells, broken };
    }
    for (const [key, cell] of Object.entries(value)) {
      const index = wanted.get(columnKey(key));
      if (index === undefined) {
        if (unused.size < MOST_UNUSED) unused.add(key);
      } else cells[index] = cell === null ? undefined : cell;
    }
    return { line, cells };
  }

  async function* rows(): AsyncGenerator<readonly Row[]> {
    for await (const batch of readLines(file))
      yield batch.filter(({ text }) => text.trim() !== '').map(({ number, text }) => rowOf(number, text));
  }
  return { file, unused, rows };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
