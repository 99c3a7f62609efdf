import { RankerRefusal } from './refusal.ts';
import { type Field, fields, WireError } from './wire.ts';

/** What a model says of itself, read without the runtime: nothing of it has run yet. */
export interface ModelOutline {
  /** version by domain; the empty name is ai.onnx */
  readonly opsets: ReadonlyMap<string, number>;
  /** `domain:operator`, or the operator alone for ai.onnx */
  readonly operators: ReadonlySet<string>;
  readonly nodes: number;
  /** graphs inside nodes: bodies of loops and branches */
  readonly subgraphs: number;
  /** functions that the model brings itself */
  readonly functions: number;
  /** tensors that lie in other files */
  readonly external: number;
  /** what has to be given: initialisers are not */
  readonly inputs: readonly ValueOutline[];
  readonly outputs: readonly ValueOutline[];
}

export interface ValueOutline {
  readonly name: string;
  /** ONNX's number of the element type; 0 where it is no tensor */
  readonly type: number;
  /** a number, or the name of what is not fixed; undefined: the model does not say */
  readonly shape: readonly (number | string)[] | undefined;
}

/** Element types by their numbers in onnx.proto. */
export const ELEMENT = { float32: 1, int32: 6, int64: 7 } as const;
const EXTERNAL = 1;

interface Draft {
  readonly opsets: Map<string, number>;
  readonly operators: Set<string>;
  readonly initialisers: Set<string>;
  readonly inputs: ValueOutline[];
  readonly outputs: ValueOutline[];
  nodes: number;
  subgraphs: number;
  functions: number;
  external: number;
}

/**
 * Reads a model's outline. Numbers of fields are those of onnx.proto3 (github.com/onnx/onnx). A field that comes twice
 * counts twice, as protobuf merges messages: nothing hides behind a repetition.
 * @throws RankerRefusal `ranker-unreadable`
 */
export function readModel(bytes: Uint8Array): ModelOutline {
  const draft: Draft = {
    opsets: new Map(),
    operators: new Set(),
    initialisers: new Set(),
    inputs: [],
    outputs: [],
    nodes: 0,
    subgraphs: 0,
    functions: 0,
    external: 0,
  };
  try {
    for (const field of fields(bytes)) readModelField(field, draft);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw new RankerRefusal('ranker-unreadable', `the model is not ONNX, or torn: ${error.message}`);
  }
  if (draft.opsets.size === 0 || draft.nodes === 0) {
    const found = `${draft.opsets.size} operator sets and ${draft.nodes} nodes`;
    throw new RankerRefusal('ranker-unreadable', `the model has ${found}, expected one of each at least`);
  }
  return { ...draft, inputs: draft.inputs.filter(({ name }) => !draft.initialisers.has(name)) };
}

function readModelField({ number, bytes }: Field, draft: Draft): void {
  if (bytes === undefined) return;
  if (number === 7) readGraph(bytes, draft);
  else if (number === 8) {
    const { domain, version } = readOpset(bytes);
    draft.opsets.set(domain, Math.max(version, draft.opsets.get(domain) ?? 0));
  } else if (number === 25) draft.functions++;
}

function readOpset(bytes: Uint8Array): { domain: string; version: number } {
  let domain = '';
  let version = 0;
  for (const field of fields(bytes)) {
    if (field.number === 1) domain = text(field);
    if (field.number === 2) version = field.value;
  }
  return { domain: domain === 'ai.onnx' ? '' : domain, version };
}

function readGraph(bytes: Uint8Array, draft: Draft): void {
  for (const field of fields(bytes)) {
    if (field.bytes === undefined) continue;
    if (field.number === 1) readNode(field.bytes, draft);
    else if (field.number === 5) readTensor(field.bytes, draft);
    else if (field.number === 15) for (const part of messages(field.bytes, 1, 2)) readTensor(part, draft);
    else if (field.number === 11) draft.inputs.push(readValue(field.bytes));
    else if (field.number === 12) draft.outputs.push(readValue(field.bytes));
  }
}

function readNode(bytes: Uint8Array, draft: Draft): void {
  draft.nodes++;
  let operator = '';
  let domain = '';
  for (const field of fields(bytes)) {
    if (field.number === 4) operator = text(field);
    else if (field.number === 7) domain = text(field);
    else if (field.number === 5 && field.bytes !== undefined) readAttribute(field.bytes, draft);
  }
  draft.operators.add(domain === '' || domain === 'ai.onnx' ? operator : `${domain}:${operator}`);
}

function readAttribute(bytes: Uint8Array, draft: Draft): void {
  for (const { number, bytes: inner } of fields(bytes)) {
    if (inner === undefined) continue;
    if (number === 5 || number === 10) readTensor(inner, draft);
    else if (number === 22 || number === 23)
      for (const part of messages(inner, 1, 2)) readTensor(part, draft);
    // Not read further: a model with any is refused.
    else if (number === 6 || number === 11) draft.subgraphs++;
  }
}

function readTensor(bytes: Uint8Array, draft: Draft): void {
  let elsewhere = false;
  for (const field of fields(bytes)) {
    if (field.number === 8) draft.initialisers.add(text(field));
    else if (field.number === 13 || (field.number === 14 && field.value === EXTERNAL)) elsewhere = true;
  }
  if (elsewhere) draft.external++;
}

function readValue(bytes: Uint8Array): ValueOutline {
  let name = '';
  let type = 0;
  let shape: ValueOutline['shape'];
  for (const field of fields(bytes)) {
    if (field.number === 1) name = text(field);
    if (field.number !== 2 || field.bytes === undefined) continue;
    for (const tensor of messages(field.bytes, 1))
      for (const part of fields(tensor)) {
        if (part.number === 1) type = part.value;
        else if (part.number === 2 && part.bytes !== undefined)
          shape = [...messages(part.bytes, 1)].map(extent);
      }
  }
  return { name, type, shape };
}

/** A dimension: its size, or the name of what sets it. */
function extent(bytes: Uint8Array): number | string {
  let value: number | string = '?';
  for (const field of fields(bytes)) {
    if (field.number === 1) value = field.value;
    else if (field.number === 2) value = text(field);
  }
  return value;
}

function* messages(bytes: Uint8Array, ...numbers: number[]): Generator<Uint8Array> {
  for (const field of fields(bytes))
    if (numbers.includes(field.number) && field.bytes !== undefined) yield field.bytes;
}

/** Names in models are ASCII; what is not cannot equal one that is expected. */
function text({ bytes }: Field): string {
  let read = '';
  for (const byte of bytes ?? []) read += String.fromCharCode(byte);
  return read;
}
