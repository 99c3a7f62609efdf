import { question } from '../shared/engine/score.ts';
import { DEVICE_FEATURES } from '../shared/onnx/device-features.ts';
import { RankerRefusal } from '../shared/onnx/refusal.ts';
import type { DrawnSlate, OutsideRankerOptions } from '../shared/protocol/device.ts';
import type { Keeping } from './keeping.ts';
import { createOutsideRanker, type OutsideRanker } from './onnx/outside-ranker.ts';
import { createQuarantine } from './onnx/quarantine.ts';
import type { DeviceParts } from './parts.ts';
import type { Household } from './rooms.ts';
import type { Asked, SlateMaker } from './slates.ts';
import type { Serving } from './sync/releases.ts';

export interface OwnRanker extends Pick<OutsideRanker, 'status' | 'close'> {
  /**
   * Asks it first. What serves may have changed when it has answered: then it is not heard.
   * @param current what serves
   */
  make(slates: SlateMaker, current: () => Serving | undefined, asked: Asked): Promise<DrawnSlate>;
}

/** A shop's own ranker. Nothing of it is fetched before a slate asks for it. */
export function openRanker(
  { host, startRanker }: DeviceParts,
  options: OutsideRankerOptions,
  { store, trouble }: Pick<Keeping, 'store'> & Pick<Household, 'trouble'>,
): OwnRanker {
  const ranker = createOutsideRanker({
    options,
    host,
    trouble,
    device: DEVICE_FEATURES,
    quarantine: createQuarantine(store, host),
    start: startRanker ?? startNone,
  });
  return {
    ...ranker,
    async make(slates, current, asked) {
      const before = current();
      if (before === undefined) return slates.empty(asked.request, 'closed');
      const moment = slates.momentOf(asked);
      const started = host.steady();
      const questioned = question(before.engine, asked.state, asked.request, moment);
      const outside = questioned && (await ranker.rank(questioned));
      const serving = current();
      if (serving === undefined) return slates.empty(asked.request, 'closed');
      if (outside === undefined || serving !== before) return slates.make(serving, asked, moment);
      const waited = host.steady() - started;
      const drawn = slates.make(serving, asked, { ...moment, outside });
      return { ...drawn, ranker: outside.model, timings: { ...drawn.timings, outside: waited } };
    },
  };
}

const startNone = (): Promise<never> =>
  Promise.reject(new RankerRefusal('ranker-no-worker', 'this device starts no workers'));
