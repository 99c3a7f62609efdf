/** Why a ranker from outside does not rank. Each is told to the page as a trouble of this code. */
export const REFUSALS = [
  'ranker-unreachable', // model, sidecar or runtime cannot be fetched
  'ranker-too-large', // more bytes, nodes or tensors than are taken
  'ranker-sidecar', // the sidecar is not one
  'ranker-hash', // the model is not the one that the sidecar describes
  'ranker-unreadable', // the model is not ONNX, or torn
  'ranker-external-data', // the model keeps tensors in other files
  'ranker-opset', // operators of a version that is not taken
  'ranker-operator', // an operator outside the list that is taken
  'ranker-shape', // inputs or output differ from what the sidecar says
  'ranker-feature-schema', // made for other features than this device's
  'ranker-unknown-feature', // reads a feature or categorical that this device does not have
  'ranker-no-worker', // this browser or the page's policy allows no worker inside a worker
  'ranker-no-runtime', // the runtime does not start: no WebAssembly, or a policy without 'wasm-unsafe-eval'
  'ranker-session', // the runtime refuses the model
  'ranker-run', // the runtime gave up on a run: out of memory, sizes that do not fit
  'ranker-output', // as many logits as candidates were expected
  'ranker-not-finite', // NaN or infinite logits
  'ranker-deadline', // no answer in time: the worker was ended
  'ranker-crash', // the worker ended by itself
  'ranker-quarantined', // this very model failed too often here
] as const;
export type RefusalCode = (typeof REFUSALS)[number];

/** What was wrong, with what was found and expected in its message. */
export class RankerRefusal extends Error {
  override readonly name = 'RankerRefusal';
  readonly code: RefusalCode;
  constructor(code: RefusalCode, message: string) {
    super(message);
    this.code = code;
  }
}

export const isRefusalCode = (code: string): code is RefusalCode => REFUSALS.some((known) => known === code);
