import { type ItemId, mintRecId, type SessionId } from '../protocol/ids.ts';
import type { Golden } from '../protocol/manifest.ts';
import { EMPTY_PROFILE, type Interaction } from '../protocol/profile.ts';
import type { SlateEntry } from '../protocol/slate.ts';
import type { Engine, ShopperState } from './contract.ts';
import { isLight, lightened } from './effort.ts';
import { recommend } from './recommend.ts';

const A_MINUTE = 60_000;
const SESSION = 'golden' as SessionId;

/** The shopper of a release's smoke test: one session of views, a minute apart, the last a minute before `now`. */
export function goldenState({ views, now }: Pick<Golden, 'views' | 'now'>): ShopperState {
  const interactions = views.map(
    (item, at): Interaction => ({
      item,
      kind: 'view',
      time: now - (views.length - at) * A_MINUTE,
      session: SESSION,
    }),
  );
  const [first] = interactions;
  if (first === undefined) return { profile: EMPTY_PROFILE, session: null };
  const profile = { ...EMPTY_PROFILE, interactions };
  const lastAt = now - A_MINUTE;
  return {
    profile,
    session: { id: SESSION, startedAt: first.time, lastAt, depth: views.length, interactions, applied: [] },
  };
}

/**
 * What a release answers to its golden input: training writes it down, a device compares before it activates. First as
 * it answers without SIMD, which every device can check, then, with it, as it answers there.
 */
export const goldenSlate = (engine: Engine, golden: Omit<Golden, 'expected'>): ItemId[] =>
  goldenEntries(engine, golden).map(({ item }) => item);

/** The same with their scores: no sort tells a NaN apart, so that ids may come out as expected by luck. */
export function goldenEntries(engine: Engine, golden: Omit<Golden, 'expected'>): readonly SlateEntry[] {
  const light = entriesOf(lightened(engine), golden);
  return isLight(engine.kernel) ? light : [...light, ...entriesOf(engine, golden)];
}

/** Whether a device found what the release was published with, as far as it can tell. */
export const isGolden = (found: readonly ItemId[], { expected }: Pick<Golden, 'expected'>): boolean =>
  found.length > 0 === expected.length > 0 && found.every((item, at) => item === expected[at]);

function entriesOf(engine: Engine, golden: Omit<Golden, 'expected'>): readonly SlateEntry[] {
  const moment = {
    now: golden.now,
    seed: golden.seed,
    recId: mintRecId(golden.now, new Uint8Array(10)),
    utcOffsetMinutes: 0,
    rules: 'on' as const,
  };
  return recommend(engine, goldenState(golden), { placement: 'for-you' }, moment).entries;
}
