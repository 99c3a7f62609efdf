const PAGE = 1 << 16;

/**
 * Lowers what any WebAssembly memory of this worker may grow to. The runtime asks for 4 GB at most; a model that wants
 * all of it must fail here and not take the shopper's browser with it.
 */
export function capMemory(bytes: number): void {
  const most = Math.floor(bytes / PAGE);
  const { Memory } = WebAssembly;
  WebAssembly.Memory = class extends Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      super({ ...descriptor, maximum: Math.min(descriptor.maximum ?? most, most) });
    }
  };
}
