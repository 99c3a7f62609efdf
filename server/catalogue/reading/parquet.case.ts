/**
 * A Parquet file written by hand (format 2.9: Thrift compact metadata, PLAIN pages, no compression), so that the reader is
 * tested against the format and not against a writer by the same authors.
 */
export interface WrittenColumn {
  readonly name: string;
  readonly type: 'int64' | 'double' | 'text' | 'timestamp';
  /** null: absent (the column is optional) */
  readonly values: readonly (number | string | null)[];
}

const PHYSICAL = { int64: 2, double: 5, text: 6, timestamp: 2 } as const;
const CONVERTED = { int64: undefined, double: undefined, text: 0, timestamp: 9 } as const;
const [I32, I64, BINARY, LIST, STRUCT] = [5, 6, 8, 9, 12];
const [PLAIN, RLE] = [0, 3];

/** @param groups rows of each row group, in order */
export function parquetFile(columns: readonly WrittenColumn[], groups: readonly number[]): Uint8Array {
  const file: number[] = [...Buffer.from('PAR1')];
  let from = 0;
  const rowGroups = groups.map((rows) => {
    const chunks = columns.map((column) => {
      const offset = file.length;
      file.push(...page(column, column.values.slice(from, from + rows)));
      return chunkOf(column, { rows, offset, bytes: file.length - offset });
    });
    from += rows;
    return struct([
      [1, LIST, list(STRUCT, chunks)],
      [2, I64, zigzag(0)],
      [3, I64, zigzag(rows)],
    ]);
  });
  const footer = struct([
    [1, I32, zigzag(1)],
    [2, LIST, list(STRUCT, schemaOf(columns))],
    [3, I64, zigzag(from)],
    [4, LIST, list(STRUCT, rowGroups)],
  ]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(footer.length);
  return Uint8Array.from([...file, ...footer, ...length, ...Buffer.from('PAR1')]);
}

function page(column: WrittenColumn, values: WrittenColumn['values']): number[] {
  // Definition levels of one bit, each a run of one: absent or there.
  const levels = values.flatMap((value) => [2, value === null ? 0 : 1]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(levels.length);
  const body = [...length, ...levels, ...values.flatMap((value) => plain(column.type, value))];
  const header = struct([
    [1, I32, zigzag(0)],
    [2, I32, zigzag(body.length)],
    [3, I32, zigzag(body.length)],
    [
      5,
      STRUCT,
      struct([
        [1, I32, zigzag(values.length)],
        [2, I32, zigzag(PLAIN)],
        [3, I32, zigzag(RLE)],
        [4, I32, zigzag(RLE)],
      ]),
    ],
  ]);
  return [...header, ...body];
}

function plain(type: WrittenColumn['type'], value: number | string | null): number[] {
  if (value === null) return [];
  if (type === 'text') {
    const bytes = Buffer.from(String(value));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(bytes.length);
    return [...length, ...bytes];
  }
  const eight = Buffer.alloc(8);
  if (type === 'double') eight.writeDoubleLE(Number(value));
  else eight.writeBigInt64LE(BigInt(value));
  return [...eight];
}

const chunkOf = (column: WrittenColumn, at: { rows: number; offset: number; bytes: number }): number[] =>
  struct([
    [2, I64, zigzag(at.offset)],
    [
      3,
      STRUCT,
      struct([
        [1, I32, zigzag(PHYSICAL[column.type])],
        [2, LIST, list(I32, [zigzag(PLAIN), zigzag(RLE)])],
        [3, LIST, list(BINARY, [text(column.name)])],
        [4, I32, zigzag(0)],
        [5, I64, zigzag(at.rows)],
        [6, I64, zigzag(at.bytes)],
        [7, I64, zigzag(at.bytes)],
        [9, I64, zigzag(at.offset)],
      ]),
    ],
  ]);

const schemaOf = (columns: readonly WrittenColumn[]): number[][] => [
  struct([
    [4, BINARY, text('schema')],
    [5, I32, zigzag(columns.length)],
  ]),
  ...columns.map(({ name, type }) => {
    const converted = CONVERTED[type];
    return struct([
      [1, I32, zigzag(PHYSICAL[type])],
      [3, I32, zigzag(1)],
      [4, BINARY, text(name)],
      ...(converted === undefined ? [] : [[6, I32, zigzag(converted)] as const]),
    ]);
  }),
];

type Field = readonly [id: number, type: number, bytes: readonly number[]];

function struct(fields: readonly Field[]): number[] {
  let last = 0;
  const bytes = fields.flatMap(([id, type, value]) => {
    const head = ((id - last) << 4) | type;
    last = id;
    return [head, ...value];
  });
  return [...bytes, 0];
}

const list = (type: number, entries: readonly (readonly number[])[]): number[] => [
  ...(entries.length < 15 ? [(entries.length << 4) | type] : [0xf0 | type, ...varint(entries.length)]),
  ...entries.flat(),
];

const text = (value: string): number[] => [...varint(Buffer.byteLength(value)), ...Buffer.from(value)];

const zigzag = (value: number): number[] => varint(value * 2);

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}
