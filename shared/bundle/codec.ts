import { expm1, ln1p } from '../kernel/math.ts';
import type { SectionArray } from './container.ts';
import type { ColumnName, StoredColumn } from './contract.ts';
import { demand } from './error.ts';
import { largest } from './narrow.ts';

/**
 * How a column of floats is stored. `scale` is the codec's one parameter, kept in the file's meta. A positive value
 * never becomes 0 in log8 and log16: what happened once stays apart from what never did.
 *
 * | codec | stored | value | error |
 * | --- | --- | --- | --- |
 * | u8, u16, u32 | the integer | k | none |
 * | f32 | the float32 | k | none |
 * | cents16, cents32 | the integer of hundredths | k / 100 | none (chosen only where there is none) |
 * | unit8 | 0..255 of 0..scale | scale k / 255 | scale / 510 |
 * | signed8 | -127..127 of -scale..scale | scale k / 127 | scale / 254 |
 * | log8 | 0..255 of 0..ln(1 + scale) | e^(L k / 255) - 1, L = ln(1 + scale) | (1 + x)(e^(L / 510) - 1): 1.9% at scale 10,000 |
 * | log16 | 0..65535 of the same | e^(L k / 65535) - 1 | (1 + x) L / 131070: 0.007% at scale 10,000 |
 */
export const CODECS = [
  'u8',
  'u16',
  'u32',
  'f32',
  'cents16',
  'cents32',
  'unit8',
  'signed8',
  'log8',
  'log16',
] as const;
export type Codec = (typeof CODECS)[number];

/** What a caller may ask for; `integer` takes the narrowest of u8, u16, u32; `cents` falls back to f32. */
export type CodecChoice = 'integer' | 'cents' | 'f32' | 'unit8' | 'signed8' | 'log8' | 'log16';

export interface CodedColumn {
  readonly codec: Codec;
  readonly scale: number;
  readonly values: SectionArray;
}

export const DEFAULT_CODECS: Readonly<Record<ColumnName, CodecChoice>> = {
  category: 'integer',
  brand: 'integer',
  discount: 'unit8',
  rating: 'unit8',
  views7: 'log8',
  purchases7: 'log8',
  views: 'log8',
  purchases: 'log8',
  popularity: 'log16',
  trend: 'signed8',
  repeat: 'unit8',
  addedDay: 'integer',
  promotedUntilDay: 'integer',
  margin: 'integer',
  place: 'signed8',
  stage: 'signed8',
  opens: 'signed8',
  closes: 'signed8',
  again: 'unit8',
  kinTrend: 'signed8',
};
/** Of unit8 columns whose range is known: a rating then has steps of exactly 1/40. */
const UNIT_SCALES: Partial<Record<string, number>> = { discount: 1, repeat: 1, rating: 6.375 };

export const codecDtype = {
  u8: 'u8',
  u16: 'u16',
  u32: 'u32',
  f32: 'f32',
  cents16: 'u16',
  cents32: 'u32',
  unit8: 'u8',
  signed8: 'i8',
  log8: 'u8',
  log16: 'u16',
} as const satisfies Record<Codec, string>;

type Encoder = (values: Float32Array, name: string) => CodedColumn;

const encoders: Readonly<Record<CodecChoice, Encoder>> = {
  integer: (values, name) => {
    const most = within(values, name, 0, 2 ** 32 - 1);
    for (const [i, x] of values.entries())
      demand(
        Number.isInteger(x),
        'input',
        () => `Column ${name}, row ${i}: found ${x}, expected an integer.`,
      );
    if (most < 2 ** 8) return { codec: 'u8', scale: 1, values: Uint8Array.from(values) };
    if (most < 2 ** 16) return { codec: 'u16', scale: 1, values: Uint16Array.from(values) };
    return { codec: 'u32', scale: 1, values: Uint32Array.from(values) };
  },
  cents: (values, name) => {
    within(values, name, 0, Number.POSITIVE_INFINITY);
    const cents = Float64Array.from(values, (x) => Math.round(x * 100));
    const exact = cents.every((k, i) => Math.fround(k / 100) === values[i]);
    const most = largest(cents);
    if (!exact || most >= 2 ** 32) return { codec: 'f32', scale: 1, values };
    if (most < 2 ** 16) return { codec: 'cents16', scale: 1, values: Uint16Array.from(cents) };
    return { codec: 'cents32', scale: 1, values: Uint32Array.from(cents) };
  },
  f32: (values, name) => {
    within(values, name, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
    return { codec: 'f32', scale: 1, values };
  },
  unit8: (values, name) => {
    const most = within(values, name, 0, UNIT_SCALES[name] ?? Number.POSITIVE_INFINITY);
    const scale = UNIT_SCALES[name] ?? most;
    return {
      codec: 'unit8',
      scale,
      values: Uint8Array.from(values, (x) => Math.round((255 * x) / (scale || 1))),
    };
  },
  signed8: (values, name) => {
    within(values, name, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
    const scale = values.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    return {
      codec: 'signed8',
      scale,
      values: Int8Array.from(values, (x) => Math.round((127 * x) / (scale || 1))),
    };
  },
  log8: (values, name) => logarithmic(values, name, 'log8'),
  log16: (values, name) => logarithmic(values, name, 'log16'),
};

const LOG_STEPS = { log8: 255, log16: 65535 } as const;

function logarithmic(values: Float32Array, name: string, codec: 'log8' | 'log16'): CodedColumn {
  const scale = within(values, name, 0, Number.POSITIVE_INFINITY);
  const steps = LOG_STEPS[codec];
  const range = ln1p(scale) || 1;
  const step = (x: number): number => (x === 0 ? 0 : Math.max(1, Math.round((steps * ln1p(x)) / range)));
  return {
    codec,
    scale,
    values: codec === 'log8' ? Uint8Array.from(values, step) : Uint16Array.from(values, step),
  };
}

/** @returns the largest value, 0 at least. @throws BundleError `input` for a value that is not finite or out of range */
function within(values: Float32Array, name: string, least: number, most: number): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    const x = values[i]!;
    const fits = x - x === 0 && x >= least && x <= most;
    demand(
      fits,
      'input',
      () => `Column ${name}, row ${i}: found ${x}, expected a finite number from ${least} to ${most}.`,
    );
    if (x > largest) largest = x;
  }
  return largest;
}

/** @throws BundleError `input` for a value that the codec cannot carry */
export const encodeColumn = (values: Float32Array, name: string, choice: CodecChoice): CodedColumn =>
  encoders[choice](values, name);

/**
 * Loops, since `from` with a function costs a device ten times as much, and a catalogue has a million values.
 * @returns float32 values; the same bits in every engine
 */
export function decodeColumn({ codec, scale, values }: CodedColumn): Float32Array {
  switch (codec) {
    case 'u8':
    case 'u16':
    case 'u32':
    case 'f32':
      return new Float32Array(values);
    case 'cents16':
    case 'cents32':
      return quotients(values, 1, 100);
    case 'unit8':
      return quotients(values, scale, 255);
    case 'signed8':
      return quotients(values, scale, 127);
    case 'log8':
    case 'log16':
      return exponentials(values, ln1p(scale) / LOG_STEPS[codec], LOG_STEPS[codec]);
  }
}

/** scale k / steps */
function quotients(values: SectionArray, scale: number, steps: number): Float32Array {
  const decoded = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) decoded[i] = (scale * values[i]!) / steps;
  return decoded;
}

/** e^(step k) - 1, reckoned once for each k that there is. */
function exponentials(values: SectionArray, step: number, most: number): Float32Array {
  const known = new Float32Array(most + 1).fill(-1);
  const decoded = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const k = values[i]!;
    let value = known[k]!;
    if (value < 0) {
      value = expm1(step * k);
      known[k] = value;
    }
    decoded[i] = value;
  }
  return decoded;
}

/** A column to be read row by row, by the same arithmetic as `decodeColumn`. */
export function storedColumn({ codec, scale, values }: CodedColumn): StoredColumn {
  if (values instanceof Int8Array) {
    // Bytes, so that a reader of many columns meets few kinds of arrays.
    const codes = new Uint8Array(values.buffer, values.byteOffset, values.length);
    return { codes, plain: false, worth: (code) => Math.fround((scale * ((code << 24) >> 24)) / 127) };
  }
  const codes = values as StoredColumn['codes'];
  switch (codec) {
    case 'cents16':
    case 'cents32':
      return { codes, plain: false, worth: (code) => Math.fround(code / 100) };
    case 'unit8':
      return { codes, plain: false, worth: (code) => Math.fround((scale * code) / 255) };
    case 'log8':
    case 'log16': {
      const step = ln1p(scale) / LOG_STEPS[codec];
      return { codes, plain: false, worth: (code) => Math.fround(expm1(step * code)) };
    }
    default:
      return { codes, plain: true, worth: Math.fround };
  }
}
