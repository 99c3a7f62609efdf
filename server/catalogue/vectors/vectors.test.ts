import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../input.ts';
import { scratch } from '../scratch.case.ts';
import { readNpy } from './npy.ts';
import { readVectors } from './read.ts';
import { readSafetensors } from './safetensors.ts';

const write = scratch();
const bytesOf = (values: { buffer: ArrayBufferLike; byteOffset: number; byteLength: number }) =>
  new Uint8Array(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength);

/** As NumPy writes it: magic, version, header padded to 64 bytes, numbers. */
function npy(head: string, body: Uint8Array, version = 1): Uint8Array {
  const start = version === 1 ? 10 : 12;
  const padded = `${head.padEnd(Math.ceil((start + head.length + 1) / 64) * 64 - start - 1)}\n`;
  const length =
    version === 1
      ? [padded.length & 255, padded.length >> 8]
      : [padded.length & 255, padded.length >> 8, 0, 0];
  return new Uint8Array([
    0x93,
    ...Buffer.from('NUMPY'),
    version,
    0,
    ...length,
    ...Buffer.from(padded),
    ...body,
  ]);
}
const header = (descr: string, shape: string, fortran = 'False') =>
  `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': (${shape}), }`;

function safetensors(
  tensors: Record<string, { dtype: string; shape: number[]; bytes: Uint8Array }>,
): Uint8Array {
  let at = 0;
  const head: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  for (const [name, { dtype, shape, bytes }] of Object.entries(tensors)) {
    head[name] = { dtype, shape, data_offsets: [at, at + bytes.length] };
    at += bytes.length;
  }
  const text = Buffer.from(JSON.stringify(head));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return new Uint8Array([...length, ...text, ...Object.values(tensors).flatMap(({ bytes }) => [...bytes])]);
}

const F32 = bytesOf(Float32Array.of(1, 2, 3, 4, 5, 6));
const rows = { rows: 3, columns: 2, values: Float32Array.of(1, 2, 3, 4, 5, 6) };

describe('vectors from NumPy', () => {
  it.each([
    ['float32', npy(header('<f4', '3, 2'), F32)],
    ['float64', npy(header('<f8', '3, 2'), bytesOf(Float64Array.of(1, 2, 3, 4, 5, 6)))],
    [
      'float16',
      npy(header('<f2', '3, 2'), bytesOf(Uint16Array.of(0x3c00, 0x4000, 0x4200, 0x4400, 0x4500, 0x4600))),
    ],
    ['column order', npy(header('<f4', '3, 2', 'True'), bytesOf(Float32Array.of(1, 3, 5, 2, 4, 6)))],
    ['version 2', npy(header('<f4', '3, 2'), F32, 2)],
  ])('as %s', (_, bytes) => expect(readNpy('v.npy', bytes)).toEqual(rows));

  it.each([
    ['another file', new TextEncoder().encode('item,vector and more'), 'expected a NumPy file'],
    ['integers', npy(header('<i8', '3, 2'), new Uint8Array(48)), "dtype '<i8'"],
    ['big-endian numbers', npy(header('>f4', '3, 2'), F32), "dtype '>f4'"],
    ['one dimension', npy(header('<f4', '6,'), F32), 'expected a shape of items and dimensions'],
    ['a torn end', npy(header('<f4', '3, 2'), F32.slice(0, 20)), 'expected 24 bytes of numbers, found 20'],
  ])('refuses %s', (_, bytes, words) => expect(() => readNpy('v.npy', bytes)).toThrow(words));
});

describe('vectors from safetensors', () => {
  const two = {
    a: { dtype: 'F32', shape: [3, 2], bytes: F32 },
    b: { dtype: 'F32', shape: [2, 3], bytes: F32 },
  };

  it('are the only table, or the one that is named', () => {
    const one = safetensors({ a: two.a, scale: { dtype: 'F32', shape: [1], bytes: F32.slice(0, 4) } });
    expect(readSafetensors('v', one)).toEqual(rows);
    expect(readSafetensors('v', safetensors(two), 'b')).toMatchObject({ rows: 2, columns: 3 });
    expect(() => readSafetensors('v', safetensors(two))).toThrow(
      'expected one table of numbers, or its name, found a, b',
    );
  });

  it('may be bfloat16', () => {
    const bytes = bytesOf(Uint16Array.of(0x3f80, 0x4000, 0x4040, 0x4080, 0x40a0, 0x40c0));
    expect(readSafetensors('v', safetensors({ a: { dtype: 'BF16', shape: [3, 2], bytes } }))).toEqual(rows);
  });

  it('of any bytes are read or refused, and nothing else happens', () => {
    const whole = safetensors({ a: two.a });
    const read = (bytes: Uint8Array): void => {
      try {
        readSafetensors('v', bytes);
        readNpy('v', bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
      }
    };
    for (let length = 0; length < whole.length; length++) read(whole.subarray(0, length));
    fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), read));
  });
});

describe('vectors by item', () => {
  it('take their ids from the file beside them', async () => {
    const file = write('items.npy', npy(header('<f4', '3, 2'), F32));
    writeFileSync(join(dirname(file), 'items.ids.txt'), 'mug\nbowl\ncup\n');
    const { dims, byId } = await readVectors(file, {});
    expect(dims).toBe(2);
    expect([...byId]).toEqual([
      ['mug', Float32Array.of(1, 2)],
      ['bowl', Float32Array.of(3, 4)],
      ['cup', Float32Array.of(5, 6)],
    ]);
  });

  it.each([
    ['too few ids', 'mug\nbowl', 'expected 3 ids, one a row, found 2'],
    ['an id twice', 'mug\nbowl\nmug', 'expected each id once, found "mug" again'],
    ['an empty line', 'mug\n\ncup', 'expected an item id, found nothing'],
  ])('are refused with %s', async (name, ids, words) => {
    const file = write(`${name.replaceAll(' ', '-')}.npy`, npy(header('<f4', '3, 2'), F32));
    const beside = write(`${name}.txt`, ids);
    await expect(readVectors(file, { ids: beside })).rejects.toThrow(words);
    await expect(readVectors(file, {})).rejects.toThrow('expected an item id a line, found no such file');
  });

  it('are refused where a number is not finite, by file, row and id', async () => {
    const body = Float32Array.of(1, 2, 3, Number.NaN, 5, 6);
    const file = write('holes.npy', npy(header('<f4', '3, 2'), bytesOf(body)));
    const ids = write('holes.txt', 'mug\nbowl\ncup\n');
    await expect(readVectors(file, { ids })).rejects.toThrow(
      /holes\.npy:2: expected finite numbers, found NaN in dimension 1 of "bowl"/,
    );
  });

  it('come from Parquet, as lists or a column a dimension', async () => {
    const folder = dirname(write('here.txt', ''));
    const database = await (await DuckDBInstance.create()).connect();
    const lists = join(folder, 'lists.parquet');
    const wide = join(folder, 'wide.parquet');
    const from = "(VALUES ('mug', 1.0, 2.0), ('cup', 3.0, 4.5)) AS t(item, a, b)";
    await database.run(
      `COPY (SELECT item, [a, b]::FLOAT[] AS embedding FROM ${from}) TO '${lists}' (FORMAT parquet)`,
    );
    await database.run(
      `COPY (SELECT item, a::FLOAT AS d_0, b::DOUBLE AS d_1 FROM ${from}) TO '${wide}' (FORMAT parquet)`,
    );
    database.closeSync();
    for (const file of [lists, wide])
      expect([...(await readVectors(file, {})).byId]).toEqual([
        ['mug', Float32Array.of(1, 2)],
        ['cup', Float32Array.of(3, 4.5)],
      ]);
  });

  it('of no known format are refused', async () => {
    await expect(readVectors(write('v.csv', 'x'), {})).rejects.toThrow(
      'expected .npy, .safetensors or .parquet',
    );
    await expect(readVectors('nowhere.npy', {})).rejects.toThrow('found nothing at this path');
  });
});
