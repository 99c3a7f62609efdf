import type { ItemId } from '../protocol/ids.ts';
import type { Container, SectionArray } from './container.ts';
import type { IdTable } from './contract.ts';
import { demand } from './error.ts';
import { narrow } from './narrow.ts';
import { checkRuns, type RunSections, type Runs, readRuns, sumSection } from './runs.ts';

/** A list of strings as two sections: UTF-8 end to end, and a length each in the narrowest of one, two or four bytes. */
export interface StringSections {
  readonly bytes: Uint8Array;
  readonly lengths: Uint8Array | Uint16Array | Uint32Array;
}

/** Strings that are decoded one by one, when read. */
export interface StringList {
  readonly size: number;
  at(index: number): string;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** @throws BundleError `input` for a string that UTF-8 cannot carry (a lone surrogate) */
export function encodeStrings(strings: readonly string[], what: string): StringSections {
  const parts = strings.map((text) => {
    const part = encoder.encode(text);
    const back = decoder.decode(part);
    demand(
      back === text,
      'input',
      () => `${what}: found ${JSON.stringify(text)}, expected well-formed text.`,
    );
    return part;
  });
  const lengths = narrow(parts.map((part) => part.length));
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return { bytes, lengths };
}

/** Sections `name.text`, `name.len` and `name.sums`. */
export function stringSections(
  name: string,
  { bytes, lengths }: StringSections,
): Record<string, SectionArray> {
  return { [`${name}.text`]: bytes, [`${name}.len`]: lengths, [`${name}.sums`]: sumSection(lengths) };
}

interface RawStrings {
  readonly bytes: Uint8Array;
  readonly runs: Runs;
}

const runsAs = (name: string): RunSections => ({ lengths: `${name}.len`, sums: `${name}.sums` });

function rawStrings(container: Container, name: string, size: number): RawStrings {
  const bytes = container.section(`${name}.text`, 'u8');
  return { bytes, runs: readRuns(container, runsAs(name), { size, total: bytes.length }) };
}

const read = ({ bytes, runs }: RawStrings, index: number): string => {
  if (!(index >= 0 && index < runs.size))
    throw new RangeError(`Found index ${index}, expected 0 to ${runs.size - 1}.`);
  const from = runs.start(index);
  return decoder.decode(bytes.subarray(from, from + runs.length(index)));
};

export function decodeStrings(container: Container, name: string, size: number): StringList {
  const raw = rawStrings(container, name, size);
  return { size, at: (index) => read(raw, index) };
}

/** All of them: ASCII, as most names are, is decoded at once and cut. */
export function everyString(container: Container, name: string, size: number): string[] {
  const raw = rawStrings(container, name, size);
  const whole = decoder.decode(raw.bytes);
  if (whole.length !== raw.bytes.length) return Array.from({ length: size }, (_, i) => read(raw, i));
  const all: string[] = [];
  for (let i = 0; i < size; i++) {
    const from = raw.runs.start(i);
    all.push(whole.slice(from, from + raw.runs.length(i)));
  }
  return all;
}

/** @throws BundleError `content` where the lengths are not those that the sums were made of */
export const checkStrings = (container: Container, name: string): void => checkRuns(container, runsAs(name));

/** Byte order of UTF-8, which is code point order: not JavaScript's `<`, which compares UTF-16 units. */
function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}

/** UTF-16 units in the order of the code points they belong to: surrogates come last. */
const pointOrder = (unit: number): number =>
  unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800;

/** The order of rows in a shard: the byte order of UTF-8, found without encoding. */
export function compareIds(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const difference = pointOrder(a.charCodeAt(i)) - pointOrder(b.charCodeAt(i));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** @throws BundleError `input` unless ids ascend strictly by UTF-8 bytes */
export function encodeIds(ids: readonly string[], what: string): StringSections {
  const sections = encodeStrings(ids, what);
  let before: Uint8Array = new Uint8Array(0);
  for (let i = 0, at = 0; i < ids.length; i++) {
    const here = sections.bytes.subarray(at, at + sections.lengths[i]!);
    demand(
      ids[i] !== '',
      'input',
      () => `${what}: found an empty id at ${i}, expected at least one character.`,
    );
    demand(
      i === 0 || compareBytes(before, here) < 0,
      'input',
      () =>
        `${what}: found ${JSON.stringify(ids[i])} after ${JSON.stringify(ids[i - 1])} at ${i}, expected ids ascending by UTF-8 bytes, each once.`,
    );
    at += here.length;
    before = here;
  }
  return sections;
}

/** Searched where they lie: no Map of a hundred thousand strings. */
export function decodeIds(container: Container, name: string, size: number): IdTable {
  const raw = rawStrings(container, name, size);
  const { bytes, runs } = raw;
  const compareAt = (index: number, wanted: Uint8Array): number => {
    const start = runs.start(index);
    const length = runs.length(index);
    const shared = Math.min(length, wanted.length);
    for (let i = 0; i < shared; i++) {
      const difference = bytes[start + i]! - wanted[i]!;
      if (difference !== 0) return difference;
    }
    return length - wanted.length;
  };
  const indexOf = (id: string): number => {
    const wanted = encoder.encode(id);
    let { low, high } = runs.blockBy((row) => compareAt(row, wanted) <= 0);
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const order = compareAt(middle, wanted);
      // A lone surrogate is encoded as U+FFFD, so equal bytes are not yet equal text.
      if (order === 0) return read(raw, middle) === id ? middle : -1;
      if (order < 0) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  };
  return { size, indexOf, idAt: (index) => read(raw, index) as ItemId };
}

/** @throws BundleError `content` where ids do not ascend: some would not be found */
export function checkIds(container: Container, name: string, size: number): void {
  checkStrings(container, name);
  const { bytes, runs } = rawStrings(container, name, size);
  const at = (row: number) => bytes.subarray(runs.start(row), runs.start(row) + runs.length(row));
  for (let row = 1; row < size; row++)
    demand(
      compareBytes(at(row - 1), at(row)) < 0,
      'content',
      () => `${name}: found an id at ${row} that does not come after the one before, expected ids ascending.`,
    );
}
