import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { tokenMatrix } from '../../../models/content/content.ts';
import type { Dataset } from '../../../models/contract.ts';
import { type ItemEmbeddings, trainEmbeddings } from '../../../models/item-embeddings/train.ts';
import { createRandom } from '../../../models/random.ts';
import { fitTransitions } from '../../../models/transitions/transitions.ts';
import { restrict } from '../../../server/dataset/interactions.ts';
import { openSessions } from '../../../server/evaluation/benchmark/sessions.ts';
import { SESSION_SETTINGS } from '../../../server/evaluation/benchmark/settings.ts';
import { wasmArithmetic } from '../../../server/training/arithmetic.ts';
import { DIMS, unit, type VectorData } from './data.ts';

const FILES = { train: 'diginetica/train_sessions.txt', test: 'diginetica/test_sessions.txt' };
/** One pass over a part of the clicks: the space has its shape, which is what a scan sees; quality is measured elsewhere. */
const EFFORT = { epochs: 1, mostPositions: 120_000, dims: DIMS };

/** @returns undefined where `TACIT_DATA` does not lie about */
export function realData(seed: number, queries: number): (() => Promise<VectorData>) | undefined {
  const folder = process.env['TACIT_DATA'];
  if (!folder) return undefined;
  const files = { train: join(folder, FILES.train), test: join(folder, FILES.test) };
  return existsSync(files.train) && existsSync(files.test) ? () => trainOn(files, seed, queries) : undefined;
}

/** Item embeddings of our trainer on clicks of a real shop; queries are the ends of sessions that it has not seen. */
async function trainOn(files: typeof FILES, seed: number, queries: number): Promise<VectorData> {
  const { whole, trainSessions, testSessions } = await openSessions(files);
  const trained = train(whole, trainSessions, { seed, arithmetic: await wasmArithmetic() });
  const random = createRandom(seed);
  const sessions = Array.from({ length: queries }, () => trainSessions + random.below(testSessions));
  const { candidate } = trained;
  return {
    kind: 'real',
    items: candidate.items,
    dims: candidate.dims,
    values: candidate.values,
    queries: unit(pooled(whole, trained, sessions), candidate.dims),
  };
}

function train(
  whole: Dataset,
  sessions: number,
  { seed, arithmetic }: { seed: number; arithmetic: Awaited<ReturnType<typeof wasmArithmetic>> },
): ItemEmbeddings {
  const settings = SESSION_SETTINGS;
  const interactions = restrict(whole.interactions, (_, user) => user < sessions);
  const start = () =>
    fitTransitions(
      interactions,
      { ...settings.transitions, from: 0.5, to: 0.5, minSupport: 1, most: 100 },
      whole.until,
    );
  const tokens = tokenMatrix(whole.catalogue, settings.content);
  const journal = { stage: () => undefined, log: () => undefined };
  return trainEmbeddings(
    { interactions, tokens, start },
    { ...settings.embeddings, ...EFFORT, seed },
    { arithmetic, journal },
  );
}

/** A session's clicks on the side that shoppers are read from, the newest weighing most. */
function pooled(whole: Dataset, { query }: ItemEmbeddings, sessions: readonly number[]): Float32Array {
  const { offsets, item } = whole.interactions;
  const sums = new Float32Array(sessions.length * query.dims);
  sessions.forEach((session, q) => {
    const end = offsets[session + 1]! - 1;
    for (let at = end; at >= offsets[session]!; at--) {
      const weight = SESSION_SETTINGS.embeddings.decay ** (end - at);
      const from = item[at]! * query.dims;
      for (let d = 0; d < query.dims; d++) sums[q * query.dims + d]! += weight * query.values[from + d]!;
    }
  });
  return sums;
}
