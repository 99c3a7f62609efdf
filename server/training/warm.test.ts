import { beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../models/random.ts';
import { decodeShard } from '../../shared/bundle/shard.ts';
import { loadKernel } from '../../shared/kernel/load.ts';
import type { ItemId, MarketId } from '../../shared/protocol/ids.ts';
import type { Item } from '../../shared/protocol/item.ts';
import type { StoredInteraction } from '../store/contract.ts';
import type { Champion, TrainedRelease } from './contract.ts';
import { PRESETS } from './presets.ts';
import { type TrainOptions, train } from './train.ts';
import { warmSpaces } from './warm.ts';

const DAY = 86_400_000;
const START = 20_000 * DAY;
const KINDS = 6;
const OF_A_KIND = 10;
/** Kinds that anybody looks at after the first release. */
const BUSY = 2;

const items = Array.from({ length: KINDS * OF_A_KIND }, (_, at): Item => {
  const kind = Math.floor(at / OF_A_KIND);
  return {
    id: `k${kind}-${at % OF_A_KIND}` as ItemId,
    title: `thing ${at} of kind${kind}`,
    price: 10,
    currency: 'EUR',
    availability: 'in_stock',
  };
});

/** Visits to one kind each: to any for thirty days, then to the busy ones for ten. */
function visits(): StoredInteraction[] {
  const random = createRandom(8);
  return Array.from({ length: 300 }, (_, visit) => {
    const late = visit >= 240;
    const kind = random.below(late ? BUSY : KINDS);
    const time = START + (late ? 30 + random.next() * 10 : random.next() * 30) * DAY;
    const order = Array.from({ length: OF_A_KIND }, (_, at) => at).sort(() => random.next() - 0.5);
    return order.slice(0, 5).map((at, step): StoredInteraction => {
      const id = `k${kind}-${at}`;
      return {
        key: `${visit}-${step}`,
        subject: `s${visit % 120}`,
        visit: `v${visit}`,
        item: id,
        kind: step === 4 ? 'purchase' : 'view',
        time: Math.floor(time) + step * 60_000,
        quantity: 1,
        price: 10,
        origin: 'import',
      };
    });
  }).flat();
}

const { settings } = PRESETS.fast;
const small = {
  ...settings,
  embeddings: { ...settings.embeddings, dims: 8, hidden: 8, epochs: 4, batch: 150, negatives: 20 },
  ranker: { ...settings.ranker, hidden: [8], epochs: 2 },
};
const shop = (now: number) => ({
  items,
  interactions: visits(),
  markets: [{ id: 'eu' as MarketId, currency: 'EUR', language: 'en' }],
  now,
});
const options = { seed: 2, code: 'test', kernel: loadKernel(), settings: small, clock: () => 0 };
const trainAt = (day: number, own: Partial<TrainOptions> = {}) =>
  train(shop(START + day * DAY), { ...options, ...own }, { stage() {}, log() {} });

const filesOf = (parts: readonly { role: string; bytes: Uint8Array }[]) =>
  new Map(parts.map(({ role, bytes }) => [role, bytes]));
const championOf = ({ parts, exam, lineage }: TrainedRelease): Champion => ({
  run: 'run-1',
  until: lineage.until!,
  files: filesOf(parts),
  ...(exam ? { twin: { cut: exam.cut, files: filesOf(exam.files) } } : {}),
});

/** Both tables' bytes of an item. */
function bytesOf({ parts }: TrainedRelease): (id: string) => string {
  const shard = decodeShard(parts.find(({ role }) => role === 'shard')!.bytes);
  return (id) => {
    const row = shard.ids.indexOf(id);
    const { dims } = shard.embeddings;
    const of = (rows: Int8Array) => rows.subarray(row * dims, (row + 1) * dims).join(' ');
    return `${of(shard.embeddings.rows)} | ${of(shard.queryEmbeddings.rows)}`;
  };
}

describe('a run that goes on from the champion', () => {
  let first: TrainedRelease;
  let champion: Champion;
  let cold: TrainedRelease;
  let warm: TrainedRelease;
  beforeAll(async () => {
    first = await trainAt(30);
    champion = championOf(first);
    cold = await trainAt(41, { champion });
    warm = await trainAt(41, { champion, warm: 1 });
  }, 120_000);

  const share = (release: TrainedRelease, ids: readonly string[]): number => {
    const [before, after] = [bytesOf(first), bytesOf(release)];
    return ids.filter((id) => before(id) === after(id)).length / ids.length;
  };
  const busy = (id: string): boolean => Number(id[1]) < BUSY;
  const ids = items.map(({ id }) => id as string);

  it('keeps the bytes of items that nothing is new of, and only theirs', () => {
    expect(
      share(
        warm,
        ids.filter((id) => !busy(id)),
      ),
    ).toBe(1);
    expect(share(warm, ids.filter(busy))).toBeLessThan(0.5);
    expect(warm.metrics['warm.items.changed']).toBe(BUSY * OF_A_KIND);
    expect(warm.metrics['warm.rows.kept']).toBeGreaterThanOrEqual((KINDS - BUSY) / KINDS);
    expect(warm.lineage.parameters).toMatchObject({ 'warm.generation': 1 });
  });

  it('is told apart from one that starts from nothing, which keeps none', () => {
    expect(share(cold, ids)).toBe(0);
    expect(cold.metrics).not.toHaveProperty(['warm.rows.kept']);
    expect(cold.lineage.parameters).toMatchObject({ 'warm.generation': 0 });
  });

  it('is no worse', () => {
    const at = 'validation.ndcg@10';
    expect(warm.metrics[at]).toBeGreaterThan(0.85 * cold.metrics[at]!);
  });

  it('has a space of its own, unless not one number is another', async () => {
    expect(warm.space).not.toBe(first.space);
    const again = await trainAt(30, { champion, warm: 1 });
    expect(again.space).toBe(first.space);
    expect(share(again, ids)).toBe(1);
  });

  it('never learns through the champion of days that it is asked about', () => {
    const spaces = warmSpaces(champion)!;
    const until = (day: number) => ({
      catalogue: { groups: items.map((item) => ({ id: item.id, item, variants: [item] })) },
      interactions: {
        users: 0,
        items: items.length,
        offsets: new Uint32Array(1),
        item: new Uint32Array(0),
        kind: new Uint8Array(0),
        time: new Float64Array(0),
        visit: new Uint32Array(0),
      },
      until: START + day * DAY,
    });
    const startAt = (day: number) => spaces.startFor(until(day), small.embeddings)?.start;
    const release = startAt(41)!.candidate.values;
    const twin = startAt(29)!.candidate.values;
    expect(twin).not.toEqual(release);
    expect(startAt(1)).toBeUndefined();
    expect(spaces.startFor(until(41), { ...small.embeddings, dims: 16 })).toBeUndefined();
  });
});
