import type { Journal } from '../../models/contract.ts';
import type { Engine } from '../../shared/engine/contract.ts';
import type { Blend, FunnelSettings } from '../../shared/engine/settings.ts';
import type { Measured } from './measure.ts';

/** One setting of the funnel and the few values that may be tried for it. */
export interface Choice {
  readonly name: string;
  readonly values: readonly number[];
  apply(settings: FunnelSettings, value: number): FunnelSettings;
}

export const decayOf = (source: keyof FunnelSettings['decay'], values: readonly number[]): Choice => ({
  name: `decay.${source}`,
  values,
  apply: (settings, value) => ({ ...settings, decay: { ...settings.decay, [source]: value } }),
});

export const blendOf = (source: keyof Blend, values: readonly number[]): Choice => ({
  name: `blend.${source}`,
  values,
  apply: (settings, value) => ({ ...settings, blend: { ...settings.blend, [source]: value } }),
});

/** The whole grid that is searched, one setting after another, each at its best so far. */
export const CHOICES: readonly Choice[] = [
  blendOf('embedding', [5, 10, 20]),
  decayOf('transitions', [0.6, 0.8]),
  decayOf('bought-together', [0.8, 0.95]),
  blendOf('bought-together', [0.2, 0.5, 1]),
  blendOf('content', [0, 3]),
  blendOf('popular', [0.1, 0.3]),
];

/** @returns the settings with the best ndcg@10 of the blend on validation, by a coordinate search over the grid */
export function chooseFunnel(
  start: FunnelSettings,
  {
    engine,
    choices,
    measureWith,
  }: {
    engine: Engine;
    choices: readonly Choice[];
    measureWith(engine: Engine): Measured;
  },
  journal: Journal,
): { settings: FunnelSettings; measured: Measured } {
  let best = { settings: start, measured: measureWith({ ...engine, settings: start, ranker: undefined }) };
  choices.forEach((choice, done) => {
    for (const value of choice.values) {
      const settings = choice.apply(best.settings, value);
      if (JSON.stringify(settings) === JSON.stringify(best.settings)) continue;
      const measured = measureWith({ ...engine, settings, ranker: undefined });
      if (measured.ndcg > best.measured.ndcg) best = { settings, measured };
    }
    journal.stage('choose settings', done + 1, choices.length);
  });
  journal.log('blend on validation', { recall: best.measured.recall, ndcg: best.measured.ndcg });
  return best;
}
