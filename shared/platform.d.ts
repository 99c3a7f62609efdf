/**
 * What `shared/` may assume of every host beyond ECMAScript itself. Everything else (storage, network, clocks,
 * randomness, crypto) is handed in as an argument.
 */
interface TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}
declare var TextEncoder: { new (): TextEncoder };
interface TextDecoder {
  decode(bytes: ArrayBufferView | ArrayBuffer): string;
}
declare var TextDecoder: {
  new (label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean }): TextDecoder;
};

declare namespace WebAssembly {
  interface Memory {
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }
  interface Module {
    readonly __module?: never;
  }
  interface Instance {
    readonly exports: Record<string, unknown>;
  }
  const Memory: { new (descriptor: { initial: number; maximum?: number }): Memory };
  const Module: { new (bytes: Uint8Array<ArrayBuffer>): Module };
  const Instance: { new (module: Module, imports?: Record<string, Record<string, unknown>>): Instance };
  function validate(bytes: Uint8Array<ArrayBuffer>): boolean;
}
