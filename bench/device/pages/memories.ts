/** Every WebAssembly memory that the page's modules brought with them. */
const memories = new Set<WebAssembly.Memory>();

function note(instance: WebAssembly.Instance): void {
  for (const one of Object.values(instance.exports)) if (one instanceof WebAssembly.Memory) memories.add(one);
}

const noting = <F extends (...all: never[]) => unknown>(work: F): F =>
  new Proxy(work, {
    async apply(target, self, args) {
      const made: unknown = await Reflect.apply(target, self, args);
      note(
        made instanceof WebAssembly.Instance
          ? made
          : (made as WebAssembly.WebAssemblyInstantiatedSource).instance,
      );
      return made;
    },
  });

/** Watches from now on, so it must run before the first module is instantiated. */
export function watchMemories(): void {
  WebAssembly.instantiate = noting(WebAssembly.instantiate);
  WebAssembly.instantiateStreaming = noting(WebAssembly.instantiateStreaming);
  WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
    construct(target, args) {
      const made = Reflect.construct(target, args) as WebAssembly.Instance;
      note(made);
      return made;
    },
  });
}

export const memoryBytes = (): number =>
  [...memories].reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
