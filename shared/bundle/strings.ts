import type { ItemId } from '../protocol/ids.ts';
import type { Container, SectionArray } from './container.ts';
import type { IdTable } from './contract.ts';
import { demand } from './error.ts';
import { narrow } from './narrow.ts';

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

/** Sections `name.text` and `name.len`. */
export function stringSections(
  name: string,
  { bytes, lengths }: StringSections,
): Record<string, SectionArray> {
  return { [`${name}.text`]: bytes, [`${name}.len`]: lengths };
}

/** @returns offsets, `lengths.length + 1` long. @throws BundleError `content` if they do not end at `total` */
export function offsetsOf(lengths: ArrayLike<number>, total: number, what: string): Uint32Array {
  const offsets = new Uint32Array(lengths.length + 1);
  let end = 0;
  for (let i = 0; i < lengths.length; i++) {
    end += lengths[i]!;
    offsets[i + 1] = end;
  }
  demand(end === total, 'content', () => `${what}: found lengths that sum to ${end}, expected ${total}.`);
  return offsets;
}

/** An unsigned section of whichever width it was written in. */
export function unsignedSection(
  container: Container,
  name: string,
  length?: number,
): Uint8Array | Uint16Array | Uint32Array {
  for (const dtype of ['u8', 'u16'] as const)
    if (container.dtype(name) === dtype) return container.section(name, dtype, length);
  return container.section(name, 'u32', length);
}

interface RawStrings {
  readonly size: number;
  readonly bytes: Uint8Array;
  readonly offsets: Uint32Array;
}

function rawStrings(container: Container, name: string, size: number): RawStrings {
  const lengths = unsignedSection(container, `${name}.len`, size);
  const bytes = container.section(`${name}.text`, 'u8');
  return { size, bytes, offsets: offsetsOf(lengths, bytes.length, name) };
}

const read = ({ bytes, offsets, size }: RawStrings, index: number): string => {
  if (!(index >= 0 && index < size)) throw new RangeError(`Found index ${index}, expected 0 to ${size - 1}.`);
  return decoder.decode(bytes.subarray(offsets[index]!, offsets[index + 1]!));
};

export function decodeStrings(container: Container, name: string, size: number): StringList {
  const raw = rawStrings(container, name, size);
  return { size, at: (index) => read(raw, index) };
}

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
  const offsets = offsetsOf(sections.lengths, sections.bytes.length, what);
  const bytesAt = (i: number) => sections.bytes.subarray(offsets[i]!, offsets[i + 1]!);
  for (let i = 0; i < ids.length; i++) {
    demand(
      ids[i] !== '',
      'input',
      () => `${what}: found an empty id at ${i}, expected at least one character.`,
    );
    demand(
      i === 0 || compareBytes(bytesAt(i - 1), bytesAt(i)) < 0,
      'input',
      () =>
        `${what}: found ${JSON.stringify(ids[i])} after ${JSON.stringify(ids[i - 1])} at ${i}, expected ids ascending by UTF-8 bytes, each once.`,
    );
  }
  return sections;
}

/** Searched where they lie: no Map of a hundred thousand strings. */
export function decodeIds(container: Container, name: string, size: number): IdTable {
  const raw = rawStrings(container, name, size);
  const { bytes, offsets } = raw;
  const compareAt = (index: number, wanted: Uint8Array): number => {
    const start = offsets[index]!;
    const length = offsets[index + 1]! - start;
    const shared = Math.min(length, wanted.length);
    for (let i = 0; i < shared; i++) {
      const difference = bytes[start + i]! - wanted[i]!;
      if (difference !== 0) return difference;
    }
    return length - wanted.length;
  };
  const indexOf = (id: string): number => {
    const wanted = encoder.encode(id);
    let low = 0;
    let high = size - 1;
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
