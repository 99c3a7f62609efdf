import type { Kernel, NetworkSpec } from '../../../shared/kernel/contract.ts';
import { loadKernel } from '../../../shared/kernel/load.ts';
import { quantiseLayer } from '../../../shared/kernel/quantise.ts';
import { makeInput, makeNetwork, type RankerInput, type RankerShape } from '../ranker/network.ts';

/** What the page uses of onnxruntime-web. */
interface Runtime {
  readonly env: { readonly wasm: { numThreads: number; wasmPaths: string } };
  readonly InferenceSession: {
    create(model: string, options: object): Promise<Session>;
  };
  readonly Tensor: new (type: string, data: Float32Array | Int32Array, dims: number[]) => object;
}
interface Session {
  run(feeds: Record<string, object>): Promise<Record<string, { data: Float32Array }>>;
}

type Rank = () => ArrayLike<number> | Promise<ArrayLike<number>>;

const RUNTIME = '/peers/onnxruntime-web/dist/';
let runtime: Promise<Runtime> | undefined;

/** One thread: more need a page that is isolated from other origins, which no shop is. */
async function openRuntime(): Promise<Runtime> {
  const ort = (await import(/* @vite-ignore */ `${RUNTIME}ort.wasm.min.mjs`)) as Runtime;
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = RUNTIME;
  return ort;
}

async function throughRuntime(model: string, { rows, dense, categories }: RankerInput): Promise<Rank> {
  runtime ??= openRuntime();
  const { InferenceSession, Tensor } = await runtime;
  const session = await InferenceSession.create(`/data/${model}`, { executionProviders: ['wasm'] });
  const feeds: Record<string, object> = {
    features: new Tensor('float32', dense, [rows, dense.length / rows]),
  };
  if (categories.length > 0)
    feeds['categories'] = new Tensor('int32', Int32Array.from(categories), [rows, categories.length / rows]);
  return async () => (await session.run(feeds))['logits']!.data;
}

function throughKernel(build: Kernel['build'], spec: NetworkSpec, input: RankerInput): Rank {
  const network = loadKernel({ build }).network(spec);
  return () => network.run(input.dense, input.rows, input.categories);
}

const rankers = new Map<string, Rank>();

/** What Node calls. */
export const ranker = {
  /** @param name `tacit relaxed int8`, `tacit js f32`, or a model's file @returns ms until it can be asked */
  async open(name: string, shape: RankerShape, rows: number): Promise<number> {
    const network = makeNetwork(shape);
    const input = makeInput(shape, rows);
    const began = performance.now();
    const [, build, precision] = /^tacit (\w+) (\w+)$/.exec(name) ?? [];
    if (build === undefined) rankers.set(name, await throughRuntime(name, input));
    else {
      const layers = precision === 'int8' ? network.layers.map(quantiseLayer) : network.layers;
      rankers.set(name, throughKernel(build as Kernel['build'], { ...network, layers }, input));
    }
    return performance.now() - began;
  },
  async logits(name: string): Promise<number[]> {
    return Array.from(await rankers.get(name)!());
  },
  async laps(name: string, calls: number, together: number): Promise<number[]> {
    const rank = rankers.get(name)!;
    const samples: number[] = [];
    for (let done = 0; done < calls; done += together) {
      const began = performance.now();
      for (let i = 0; i < together; i++) await rank();
      samples.push((performance.now() - began) / together);
    }
    return samples;
  },
};
export type RankerPage = typeof ranker;

declare global {
  interface Window {
    ranker: RankerPage;
  }
}
window.ranker = ranker;
