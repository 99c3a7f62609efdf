import { describe, expect, it } from 'vitest';
import { plainArithmetic } from '../arithmetic.ts';
import type { TokenMatrix } from '../content/content.ts';
import { createRandom } from '../random.ts';
import { histories } from '../toy-data.ts';
import { DEFAULT_TRANSITIONS, fitTransitions } from '../transitions/transitions.ts';
import { embeddingsCard } from './card.ts';
import { DEFAULT_EMBEDDINGS, type EmbeddingSettings } from './settings.ts';
import { type ItemEmbeddings, trainEmbeddings } from './train.ts';

const ITEMS = 24;
const NEW = 23;

/** Item i is followed by i + 1 around a ring of 23; item 23 was never touched but shares item 5's token. */
function ring() {
  const random = createRandom(3);
  const users = Array.from({ length: 150 }, () => {
    const from = random.below(NEW);
    return Array.from({ length: 5 }, (_, step) => (from + step) % NEW);
  });
  return histories(ITEMS, users);
}

const tokens: TokenMatrix = {
  tokens: ['t'],
  offsets: Uint32Array.from({ length: ITEMS + 1 }, (_, i) => (i > 5 ? 1 : 0) + (i > NEW ? 1 : 0)),
  ids: Uint32Array.of(0, 0),
  weights: Float32Array.of(1, 1),
};

const quiet = { stage() {}, log() {} };
const settings = {
  ...DEFAULT_EMBEDDINGS,
  dims: 8,
  epochs: 12,
  batch: 120,
  negatives: 20,
  dropout: 0.1,
  rate: 0.02,
  warmUp: 5,
};

function fitted(seed: number, own: Partial<EmbeddingSettings> = {}) {
  const interactions = ring();
  const start = () =>
    fitTransitions(interactions, { ...DEFAULT_TRANSITIONS, from: 0.5, to: 0.5, minSupport: 1 }, 0);
  const data = { interactions, tokens, start };
  return trainEmbeddings(
    data,
    { ...settings, ...own, seed },
    { arithmetic: plainArithmetic, journal: quiet },
  );
}

describe('item embeddings', () => {
  const trained = fitted(1);
  const { candidate } = trained;
  const rank = ({ query, candidate }: ItemEmbeddings, from: number): number => {
    const dot = (to: number): number => {
      let sum = 0;
      for (let d = 0; d < 8; d++) sum += query.values[from * 8 + d]! * candidate.values[to * 8 + d]!;
      return sum;
    };
    const others = Array.from({ length: NEW }, (_, to) => to).filter((to) => to !== from);
    others.sort((a, b) => dot(b) - dot(a));
    return others.indexOf((from + 1) % NEW);
  };
  const ranks = (of: ItemEmbeddings): number[] => Array.from({ length: NEW }, (_, from) => rank(of, from));

  it('learn what follows on a ring', () => {
    expect(ranks(trained).filter((found) => found === 0).length).toBeGreaterThanOrEqual(21);
  });

  it('in one table, which knows no direction, learn both neighbours on the ring; corrected sampling too', () => {
    const tied = fitted(1, { tied: true, corrected: true, popularShare: 0.5 });
    expect(tied.query).toBe(tied.candidate);
    expect(ranks(tied).filter((found) => found < 3).length).toBeGreaterThanOrEqual(21);
  });

  it('learn to look at the newest item first', () => {
    const { positions } = trained.encoder!;
    expect(positions[0]).toBeGreaterThan(positions[2]!);
  });

  it('give an item that nobody touched the vector of its tokens', () => {
    expect(candidate.values.subarray(NEW * 8, ITEMS * 8).some((value) => value !== 0)).toBe(true);
  });

  it('are the same for the same seed and others for another', () => {
    expect(fitted(1).candidate.values).toEqual(candidate.values);
    expect(fitted(2).candidate.values).not.toEqual(candidate.values);
    expect(embeddingsCard(trained, settings, 1).metrics['scale']).toBe(trained.scale);
  });
});
