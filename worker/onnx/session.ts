import { env, InferenceSession, Tensor } from 'onnxruntime-web/wasm';
import type { DeviceFeatures } from '../../shared/onnx/admit.ts';
import { RankerRefusal, type RefusalCode } from '../../shared/onnx/refusal.ts';
import type { RankerSidecar } from '../../shared/onnx/sidecar.ts';
import { columnPicker, type InputValues, type Question } from './columns.ts';
import { SMALLEST_MODEL } from './smallest-model.ts';

/** A model in the runtime: one logit a candidate. */
export interface RankerSession {
  /** @throws RankerRefusal `ranker-run`, `ranker-output`, `ranker-not-finite` */
  rank(question: Question): Promise<Float32Array>;
  close(): Promise<void>;
}

export interface SessionParts {
  readonly model: Uint8Array;
  readonly sidecar: RankerSidecar;
  readonly device: DeviceFeatures;
}

/** Rows of the first runs: whatever a model does wrong by itself shows before a shopper waits for it. */
const REHEARSED = [1, 400];

/**
 * Loads the runtime's module and has it run: whatever fails from here on is the model's doing.
 * @param wasm the module's address; where it is left out the runtime finds it beside itself
 * @throws RankerRefusal `ranker-no-runtime`
 */
export async function startRuntime(wasm?: string): Promise<void> {
  // More threads need SharedArrayBuffer, hence a cross-origin isolated page, which breaks payment frames.
  env.wasm.numThreads = 1;
  env.logLevel = 'error';
  // By address, not as bytes: browsers keep what they compiled from a stream.
  if (wasm !== undefined) env.wasm.wasmPaths = { wasm };
  const smallest = await told('ranker-no-runtime', create(SMALLEST_MODEL));
  await smallest.release();
}

/**
 * Opens a model in the runtime and tries it on features that are all 0.
 * @throws RankerRefusal `ranker-session`, or what `rank` throws
 */
export async function openSession({ model, sidecar, device }: SessionParts): Promise<RankerSession> {
  const session = await told('ranker-session', create(model));
  const pick = columnPicker(sidecar, device);
  const { name } = sidecar.output;

  const rank = async (question: Question): Promise<Float32Array> => {
    const feeds = Object.fromEntries(
      pick(question).map((input) => [input.name, tensorOf(input, question.rows)]),
    );
    const outputs = await told('ranker-run', session.run(feeds, [name]));
    return logitsOf(outputs[name], question.rows);
  };
  for (const rows of REHEARSED) await rank(zeros(rows, device));
  return { rank, close: () => session.release() };
}

const create = (model: Uint8Array): Promise<InferenceSession> =>
  InferenceSession.create(model, {
    executionProviders: ['wasm'],
    graphOptimizationLevel: 'all',
    // An arena keeps what it once took; a ranker's tensors are small.
    enableCpuMemArena: false,
  });

function tensorOf({ columns, values }: InputValues, rows: number): Tensor {
  const dims = [rows, columns];
  if (values instanceof Float32Array) return new Tensor('float32', values, dims);
  return values instanceof Int32Array ? new Tensor('int32', values, dims) : new Tensor('int64', values, dims);
}

const zeros = (rows: number, { features, categoricals }: DeviceFeatures): Question => ({
  rows,
  features: new Float32Array(rows * features.length),
  categories: new Uint16Array(rows * categoricals.length),
});

function logitsOf(output: Tensor | undefined, rows: number): Float32Array {
  const values = output?.data;
  if (!(values instanceof Float32Array) || values.length !== rows || output?.dims[0] !== rows)
    throw new RankerRefusal(
      'ranker-output',
      `found an output of [${output?.dims.join(', ') ?? 'nothing'}], expected a logit for each of ${rows} candidates`,
    );
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new RankerRefusal('ranker-not-finite', `logit ${bad} is ${values[bad]}, expected a finite number`);
  return values;
}

async function told<T>(code: RefusalCode, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new RankerRefusal(code, messageOf(error));
  }
}

const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).slice(0, 500);
