import { crc32 } from './checksum.ts';
import { BundleError, demand } from './error.ts';

export { BundleError } from './error.ts';

/**
 * One file under all kinds. Little-endian.
 *
 *     0  'TACB'                     16  total bytes        u32
 *     4  container version  u16     20  CRC-32 of the head u32, this field as 0
 *     6  kind               u16     24  0                  u64
 *     8  version of kind    u16     32  sections: 32 bytes each
 *    10  sections           u16         name, ASCII, 22 bytes, zero-padded; dtype u8; 0 u8;
 *    12  meta bytes         u32         offset u32; bytes u32
 *                                   then meta (JSON, UTF-8), then the sections, each at a multiple of 16
 *
 * The head (header, section table, meta) is checked before any of it is believed; sections are views, not copies.
 */
export const KINDS = { shard: 1, neighbours: 2, weights: 3, cards: 4 } as const;
export type Kind = keyof typeof KINDS;

const CONTAINER_VERSION = 1;
const MAGIC = 0x42434154;
const HEADER = 32;
const ENTRY = 32;
const NAME = 22;
const ALIGN = 16;
const MOST_SECTIONS = 4096;
const MOST_BYTES = 2 ** 30;

const ARRAYS = {
  u8: Uint8Array,
  i8: Int8Array,
  u16: Uint16Array,
  u32: Uint32Array,
  f32: Float32Array,
  f64: Float64Array,
} as const;
export type Dtype = keyof Arrays;
const DTYPES: readonly Dtype[] = ['u8', 'i8', 'u16', 'u32', 'f32', 'f64'];
interface Arrays {
  u8: Uint8Array;
  i8: Int8Array;
  u16: Uint16Array;
  u32: Uint32Array;
  f32: Float32Array;
  f64: Float64Array;
}
export type SectionArray = Arrays[Dtype];

export interface ContainerInput {
  readonly kind: Kind;
  /** of the kind's own layout */
  readonly version: number;
  readonly meta: unknown;
  readonly sections: Readonly<Record<string, SectionArray>>;
}

export interface Container {
  readonly version: number;
  readonly meta: unknown;
  /** undefined if there is no such section */
  dtype(name: string): Dtype | undefined;
  /** A view of the section. @throws BundleError `section` if it is missing, of another dtype or another length */
  section<D extends Dtype>(name: string, dtype: D, length?: number): Arrays[D];
}

interface Entry {
  readonly name: string;
  readonly dtype: Dtype;
  readonly offset: number;
  readonly bytes: number;
}

const aligned = (offset: number): number => Math.ceil(offset / ALIGN) * ALIGN;
const dtypeOf = (array: SectionArray): Dtype => DTYPES.find((dtype) => array instanceof ARRAYS[dtype])!;

/** @throws BundleError `input` if a name or a size does not fit */
export function encodeContainer(input: ContainerInput): Uint8Array<ArrayBuffer> {
  const meta = new TextEncoder().encode(JSON.stringify(input.meta));
  const named = Object.entries(input.sections);
  demand(
    named.length <= MOST_SECTIONS,
    'input',
    () => `Found ${named.length} sections, expected at most ${MOST_SECTIONS}.`,
  );
  const head = HEADER + ENTRY * named.length + meta.length;
  const entries: Entry[] = [];
  let end = head;
  for (const [name, array] of named) {
    demand(
      /^[\x21-\x7e]{1,22}$/.test(name),
      'input',
      () => `Found section name ${JSON.stringify(name)}, expected 1 to 22 ASCII characters.`,
    );
    entries.push({ name, dtype: dtypeOf(array), offset: aligned(end), bytes: array.byteLength });
    end = aligned(end) + array.byteLength;
  }
  demand(end <= MOST_BYTES, 'input', () => `Found ${end} bytes to write, expected at most ${MOST_BYTES}.`);
  const bytes = new Uint8Array(end);
  bytes.set(meta, head - meta.length);
  for (const [i, [, array]] of named.entries())
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), entries[i]!.offset);
  writeHead(bytes, input, entries, meta.length);
  return bytes;
}

function writeHead(
  bytes: Uint8Array<ArrayBuffer>,
  input: ContainerInput,
  entries: Entry[],
  metaBytes: number,
): void {
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint16(4, CONTAINER_VERSION, true);
  view.setUint16(6, KINDS[input.kind], true);
  view.setUint16(8, input.version, true);
  view.setUint16(10, entries.length, true);
  view.setUint32(12, metaBytes, true);
  view.setUint32(16, bytes.length, true);
  for (const [i, entry] of entries.entries()) {
    const at = HEADER + ENTRY * i;
    for (let c = 0; c < entry.name.length; c++) bytes[at + c] = entry.name.charCodeAt(c);
    bytes[at + NAME] = DTYPES.indexOf(entry.dtype);
    view.setUint32(at + 24, entry.offset, true);
    view.setUint32(at + 28, entry.bytes, true);
  }
  view.setUint32(20, crc32(bytes.subarray(0, HEADER + ENTRY * entries.length + metaBytes)), true);
}

/** @throws BundleError; reads nothing outside `bytes` and allocates in proportion to them, whatever they hold */
export function decodeContainer(bytes: Uint8Array, kind: Kind, version: number): Container {
  // Views of 8-byte elements need it; a Buffer out of Node's pool may start anywhere, and its own slice() copies nothing.
  const whole = bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes);
  const head = readHead(whole, kind, version);
  const meta = parseJson(whole.subarray(head.metaAt, head.end));
  const entries = readEntries(whole, head);
  return {
    version,
    meta,
    dtype: (name) => entries.get(name)?.dtype,
    section: (name, dtype, length) => {
      const entry = entries.get(name);
      demand(entry !== undefined, 'section', () => `Found no section "${name}" in this ${kind}.`);
      demand(
        entry.dtype === dtype,
        'section',
        () => `Section "${name}": found ${entry.dtype}, expected ${dtype}.`,
      );
      const found = entry.bytes / ARRAYS[dtype].BYTES_PER_ELEMENT;
      demand(
        length === undefined || found === length,
        'section',
        () => `Section "${name}": found ${found} elements, expected ${length}.`,
      );
      return new ARRAYS[dtype](whole.buffer as ArrayBuffer, whole.byteOffset + entry.offset, found) as never;
    },
  };
}

interface Head {
  readonly sections: number;
  readonly metaAt: number;
  readonly end: number;
}

function readHead(bytes: Uint8Array, kind: Kind, version: number): Head {
  const total = bytes.length;
  demand(total >= HEADER, 'truncated', () => `Found ${total} bytes, expected a header of ${HEADER}.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, total);
  const found = (at: number) => view.getUint16(at, true);
  const magic = view.getUint32(0, true);
  demand(magic === MAGIC, 'magic', () => `Found magic ${hex(magic)}, expected ${hex(MAGIC)} ("TACB").`);
  demand(
    found(4) === CONTAINER_VERSION,
    'version',
    () => `Found container version ${found(4)}, expected ${CONTAINER_VERSION}.`,
  );
  demand(
    found(6) === KINDS[kind],
    'kind',
    () => `Found kind ${found(6)} (${kindName(found(6))}), expected ${KINDS[kind]} (${kind}).`,
  );
  demand(found(8) === version, 'version', () => `Found ${kind} version ${found(8)}, expected ${version}.`);
  const stated = view.getUint32(16, true);
  demand(total >= stated, 'truncated', () => `Found ${total} bytes, expected ${stated}.`);
  demand(total <= stated, 'trailing', () => `Found ${total} bytes, expected ${stated}.`);
  const sections = found(10);
  const metaAt = HEADER + ENTRY * sections;
  const end = metaAt + view.getUint32(12, true);
  demand(
    sections <= MOST_SECTIONS,
    'section',
    () => `Found ${sections} sections, expected at most ${MOST_SECTIONS}.`,
  );
  demand(end <= total, 'truncated', () => `Found ${total} bytes, expected a head of ${end}.`);
  checkSum(new Uint8Array(bytes.subarray(0, end)), view.getUint32(20, true));
  return { sections, metaAt, end };
}

function checkSum(head: Uint8Array, stated: number): void {
  head.fill(0, 20, 24);
  const sum = crc32(head);
  demand(
    sum === stated,
    'checksum',
    () => `Found header checksum ${hex(sum)}, expected ${hex(stated)}: the header was altered.`,
  );
}

function readEntries(bytes: Uint8Array, head: Head): Map<string, Entry> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const entries = new Map<string, Entry>();
  let free = head.end;
  for (let i = 0; i < head.sections; i++) {
    const at = HEADER + ENTRY * i;
    const padded = bytes.subarray(at, at + NAME);
    const name = String.fromCharCode(...padded.filter((byte) => byte !== 0));
    const code = bytes[at + NAME]!;
    const dtype = DTYPES[code];
    demand(
      dtype !== undefined,
      'section',
      () => `Section "${name}": found dtype ${code}, expected 0 to ${DTYPES.length - 1}.`,
    );
    const entry = {
      name,
      dtype,
      offset: view.getUint32(at + 24, true),
      bytes: view.getUint32(at + 28, true),
    };
    demand(
      entry.offset % ALIGN === 0 && entry.offset >= free,
      'section',
      () => `Section "${name}": found offset ${entry.offset}, expected a multiple of ${ALIGN} from ${free}.`,
    );
    free = entry.offset + entry.bytes;
    demand(
      free <= bytes.length,
      'section',
      () => `Section "${name}": found its end at ${free}, expected at most ${bytes.length}.`,
    );
    const size = ARRAYS[dtype].BYTES_PER_ELEMENT;
    demand(
      entry.bytes % size === 0,
      'section',
      () => `Section "${name}": found ${entry.bytes} bytes, expected a multiple of ${size}.`,
    );
    demand(!entries.has(name), 'section', () => `Section "${name}": found twice, expected once.`);
    entries.set(name, entry);
  }
  return entries;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch (error) {
    throw new BundleError(
      'meta',
      `Found meta that is no JSON: ${error instanceof Error ? error.message : error}.`,
    );
  }
}

const hex = (n: number): string => `0x${n.toString(16).padStart(8, '0')}`;
const kindName = (code: number): string =>
  Object.entries(KINDS).find(([, known]) => known === code)?.[0] ?? 'unknown';
