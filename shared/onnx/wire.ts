/**
 * Protocol Buffers' wire format, as far as reading a model's outline needs it.
 * Source: protobuf.dev/programming-guides/encoding.
 */
export interface Field {
  readonly number: number;
  /** varints and fixed-width fields; exact to 2 ** 53 */
  readonly value: number;
  /** length-delimited fields: a view */
  readonly bytes: Uint8Array | undefined;
}

/** The bytes are no message: torn, or something else. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

const VARINT = 0;
const FIXED64 = 1;
const DELIMITED = 2;
const FIXED32 = 5;

/** The fields of a message in their order. @throws WireError */
export function* fields(bytes: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    let scale = 1;
    for (let length = 0; length < 10; length++) {
      const byte = bytes[at++];
      if (byte === undefined) throw new WireError(`ends within a number at byte ${at}`);
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
    throw new WireError(`a number of more than 10 bytes at byte ${at}`);
  };
  const skip = (length: number): Uint8Array => {
    if (length > bytes.length - at)
      throw new WireError(`found ${bytes.length - at} bytes at byte ${at}, expected ${length}`);
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const key = varint();
    const number = Math.floor(key / 8);
    const kind = key % 8;
    if (number === 0) throw new WireError(`field 0 at byte ${at}`);
    if (kind === VARINT) yield { number, value: varint(), bytes: undefined };
    else if (kind === DELIMITED) yield { number, value: 0, bytes: skip(varint()) };
    else if (kind === FIXED64 || kind === FIXED32) {
      skip(kind === FIXED64 ? 8 : 4);
      yield { number, value: 0, bytes: undefined };
    } else throw new WireError(`wire type ${kind} at byte ${at}`);
  }
}
