import { describe, expect, it } from 'vitest';
import type { Scored } from '../../shared/engine/contract.ts';
import { DEVICE_FEATURES } from '../../shared/onnx/device-features.ts';
import { testHost } from '../host.case.ts';
import { memoryStore } from '../storage/memory.ts';
import type { DeviceStore } from '../storage/rows.ts';
import type { FromRanker, ToRanker } from './messages.ts';
import { createOutsideRanker } from './outside-ranker.ts';
import type { RankerPort } from './port.ts';
import { createQuarantine, QUARANTINE } from './quarantine.ts';

const MODEL = 'b'.repeat(64);
const options = {
  url: 'https://shop.example/ranker.onnx',
  sidecar: 'https://shop.example/ranker.json',
  script: 'https://shop.example/tacit-ranker.js',
  deadline: 100,
};

/** A worker that answers when a test says so. */
class Port implements RankerPort {
  readonly posted: ToRanker[] = [];
  ended = false;
  heard: (message: FromRanker) => void = () => {};
  crashed: (why: string) => void = () => {};
  post(message: ToRanker): void {
    this.posted.push(message);
  }
  listen(heard: (message: FromRanker) => void, crashed: (why: string) => void): void {
    this.heard = heard;
    this.crashed = crashed;
  }
  end(): void {
    this.ended = true;
  }
  rank(logit: number): void {
    this.heard({ kind: 'ranked', logits: Float32Array.of(logit) });
  }
}

const question = (): Scored =>
  ({
    candidates: { items: Uint32Array.of(7) },
    features: new Float32Array(DEVICE_FEATURES.features.length),
    categories: new Uint16Array(DEVICE_FEATURES.categoricals.length),
  }) as unknown as Scored;

/** Lets everything run that waits for nothing but its turn. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 8; turn++) await new Promise((resolve) => setTimeout(resolve, 3));
}

function opened(store: DeviceStore = memoryStore(), host = testHost()) {
  const ports: Port[] = [];
  const troubles: string[] = [];
  const ranker = createOutsideRanker({
    options,
    host: { ...host, fetch: async () => new Response(JSON.stringify({ model: { sha256: MODEL } })) },
    device: DEVICE_FEATURES,
    quarantine: createQuarantine(() => store, host),
    async start() {
      ports.push(new Port());
      return ports.at(-1)!;
    },
    trouble: (code) => troubles.push(code),
  });
  return { ranker, host, store, ports, troubles };
}

/** One whose worker has opened the model. */
async function ready(...own: Parameters<typeof opened>) {
  const all = opened(...own);
  const first = all.ranker.rank(question());
  await settled();
  all.ports[0]!.heard({ kind: 'loaded' });
  all.ports[0]!.heard({ kind: 'opened' });
  await settled();
  all.ports[0]!.rank(1);
  expect((await first)?.logits).toEqual(Float32Array.of(1));
  return all;
}

describe('a ranker from outside, as the device holds it', () => {
  it('does not keep a slate beyond its deadline while it opens, and that is no failure', async () => {
    const { ranker, host, ports, troubles } = opened();
    const slate = ranker.rank(question());
    await settled();
    host.advance(100);
    expect(await slate).toBeUndefined();
    expect([troubles, ranker.status().state]).toEqual([[], 'opening']);
    ports[0]!.heard({ kind: 'loaded' });
    ports[0]!.heard({ kind: 'opened' });
    await settled();
    // Nobody waits for that slate's question any more.
    expect(ports[0]!.posted.map(({ kind }) => kind)).toEqual(['open']);
    expect(ranker.status()).toEqual({ state: 'ready', model: MODEL, code: null });
  });

  it('puts one question at a time: who waits in line is not late', async () => {
    const { ranker, host, ports, troubles } = await ready();
    const slates = [ranker.rank(question()), ranker.rank(question())];
    await settled();
    expect(ports[0]!.posted.filter(({ kind }) => kind === 'rank')).toHaveLength(2);
    host.advance(60);
    ports[0]!.rank(2);
    await settled();
    expect(ports[0]!.posted.filter(({ kind }) => kind === 'rank')).toHaveLength(3);
    // The second slate has waited long enough; its question has not.
    host.advance(60);
    expect((await slates[0])?.logits[0]).toBe(2);
    expect(await slates[1]).toBeUndefined();
    expect([troubles, ports[0]!.ended]).toEqual([[], false]);
    ports[0]!.rank(3);
    await settled();
    expect(ranker.status().state).toBe('ready');
  });

  it('is ended when it is silent, rests, and is opened again', async () => {
    const { ranker, host, ports, troubles } = await ready();
    const slate = ranker.rank(question());
    await settled();
    host.advance(100);
    expect(await slate).toBeUndefined();
    await settled();
    expect([troubles, ports[0]!.ended, ranker.status().state]).toEqual([
      ['ranker-deadline'],
      true,
      'resting',
    ]);
    expect(await ranker.rank(question())).toBeUndefined();
    expect(ports).toHaveLength(1);
    host.advance(2_000);
    void ranker.rank(question());
    await settled();
    expect(ports).toHaveLength(2);
  });

  it('is left alone after three failures, by the next page too, for a day', async () => {
    const { ranker, host, store, ports, troubles } = await ready();
    for (let failure = 0; failure < 3; failure++) {
      const slate = ranker.rank(question());
      await settled();
      const port = ports.at(-1)!;
      if (port.posted.length === 1) {
        port.heard({ kind: 'loaded' });
        port.heard({ kind: 'opened' });
        await settled();
      }
      port.heard({ kind: 'refused', code: 'ranker-not-finite', message: 'NaN' });
      expect(await slate).toBeUndefined();
      host.advance(60_000);
    }
    const code = 'ranker-not-finite';
    expect(troubles).toEqual([code, code, code, 'ranker-quarantined']);
    await settled();
    const next = opened(store, host);
    expect(await next.ranker.rank(question())).toBeUndefined();
    expect([next.troubles, next.ports]).toEqual([['ranker-quarantined'], []]);
    host.advance(QUARANTINE + 1);
    const later = opened(store, host);
    void later.ranker.rank(question());
    await settled();
    expect(later.ports).toHaveLength(1);
  });

  it('that crashes while it is asked fails all who wait once', async () => {
    const { ranker, ports, troubles } = await ready();
    const slates = [ranker.rank(question()), ranker.rank(question())];
    await settled();
    ports[0]!.crashed('out of memory');
    expect(await Promise.all(slates)).toEqual([undefined, undefined]);
    expect(troubles).toEqual(['ranker-crash']);
  });

  it('is ended with its page, whoever waits', async () => {
    const { ranker, ports, troubles } = await ready();
    const slate = ranker.rank(question());
    await settled();
    ranker.close();
    expect(await slate).toBeUndefined();
    expect([ports[0]!.ended, troubles, ranker.status().state]).toEqual([true, [], 'closed']);
    expect(await ranker.rank(question())).toBeUndefined();
  });

  it('that is closed while its worker starts ends it', async () => {
    const { ranker, ports, troubles } = opened();
    void ranker.rank(question());
    ranker.close();
    await settled();
    expect(ports.every(({ ended }) => ended)).toBe(true);
    expect(troubles).toEqual([]);
  });
});
