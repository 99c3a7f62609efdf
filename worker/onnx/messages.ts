import type { DeviceFeatures } from '../../shared/onnx/admit.ts';
import type { RefusalCode } from '../../shared/onnx/refusal.ts';
import type { Question } from './columns.ts';

/** What the device asks its ranker's worker. */
export type ToRanker =
  | {
      readonly kind: 'open';
      /** the model */
      readonly url: string;
      /** parsed JSON, not checked yet */
      readonly sidecar: unknown;
      /** the runtime's module */
      readonly wasm: string;
      readonly device: DeviceFeatures;
    }
  | { readonly kind: 'rank'; readonly question: Question };

/** What the ranker's worker answers. */
export type FromRanker =
  /** the model is admitted and the runtime runs: from now on it is computing, not the network */
  | { readonly kind: 'loaded' }
  | { readonly kind: 'opened' }
  | { readonly kind: 'ranked'; readonly logits: Float32Array<ArrayBuffer> }
  /** ends whatever was asked */
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly message: string };

/** The ranker's worker as comlink shows it. Answers are values: comlink carries no more of an error than its message. */
export interface RankerApi {
  open(opening: Extract<ToRanker, { kind: 'open' }>, loaded: () => void): Promise<FromRanker>;
  rank(question: Question): Promise<FromRanker>;
}
