import {
  type Calibration,
  type CalibrationByKind,
  calibrate,
  calibrated,
} from '../../models/ranker/calibration.ts';
import { type Addition, withAdditions } from '../../models/ranker/kinds.ts';
import { probabilityOf } from '../../models/ranker/logistic.ts';
import { FEATURES } from '../../shared/engine/features.ts';
import { standardise } from '../../shared/engine/ranking.ts';
import { expectedCalibrationError, reliability } from '../../shared/metrics/calibration.ts';
import type { RankerTensors } from './encode.ts';
import type { Query } from './plan.ts';
import { ARRIVES } from './settings.ts';

/** Places of slates that a ranker has ordered. */
export interface Shown {
  readonly logits: number[];
  /** 1 where what stood there was right, else 0 */
  readonly right: number[];
  /** of which kinds the question was */
  readonly kinds: (readonly number[])[];
}

/** What tells kinds of questions apart: features that are 1 in all rows of such a question and 0 in those of others. */
export const KINDS: readonly number[] = FEATURES.flatMap(({ name }, at) =>
  name.startsWith('placement-') || at === ARRIVES ? [at] : [],
);
const nameOf = (kind: number): string => FEATURES[KINDS[kind]!]!.name;

/** Those of `KINDS` that are 1 in this question, whatever the shop. */
export function kindsOf({ session, to, request: { placement } }: Query): number[] {
  const arrives = placement === 'for-you' && session === to;
  return [...KINDS.keys()].filter((kind) =>
    KINDS[kind] === ARRIVES ? arrives : nameOf(kind) === `placement-${placement}`,
  );
}

type Moments = Pick<RankerTensors, 'means' | 'deviations'>;

export interface Calibrated {
  readonly line: CalibrationByKind;
  readonly metrics: Readonly<Record<string, number>>;
}

const PLAIN: CalibrationByKind = { slope: 1, intercept: 0, adds: new Float64Array(KINDS.length) };

const errorOf = ({ logits, right, kinds }: Shown, { slope, intercept, adds }: CalibrationByKind): number =>
  expectedCalibrationError(
    reliability(
      logits.map((logit, row) => {
        const added = kinds[row]!.reduce((sum, kind) => sum + adds[kind]!, 0);
        return probabilityOf(slope * logit + intercept + added);
      }),
      right,
    ),
  );

/**
 * The line that makes probabilities of a ranker's logits, by what it showed of validation, with the errors before and after.
 * @param moments of a ranker that adds to logits what kinds of questions ask for, where it has learned to tell them; absent: one line
 */
export function calibrateBy(shown: Shown, prefix: string, moments?: Moments): Calibrated {
  const rows = shown.kinds.length;
  const of = (kind: number): number => shown.kinds.reduce((sum, own) => sum + Number(own.includes(kind)), 0);
  const asked = [...KINDS.keys()].filter((kind) => of(kind) > 0);
  // What all questions are of tells none apart.
  const told = new Set(
    asked.filter((kind) => moments && of(kind) < rows && moments.deviations[KINDS[kind]!]! > 0),
  );
  const kinds = shown.kinds.map((own) => own.filter((kind) => told.has(kind)));
  const line = calibrate(shown.logits, shown.right, { count: KINDS.length, of: kinds });
  const each = (name: string, over: Iterable<number>, value: (kind: number) => number) =>
    Object.fromEntries([...over].map((kind) => [`${prefix}.${name}.${nameOf(kind)}`, value(kind)]));
  return {
    line,
    metrics: {
      [`${prefix}.ece@10`]: errorOf(shown, line),
      [`${prefix}.ece@10.uncalibrated`]: errorOf(shown, PLAIN),
      ...each('ece@10', asked, (kind) => errorOf(only(shown, kind), line)),
      [`${prefix}.calibration.slope`]: line.slope,
      [`${prefix}.calibration.intercept`]: line.intercept,
      ...each('calibration.adds', told, (kind) => line.adds[kind]!),
    },
  };
}

function only({ logits, right, kinds }: Shown, kind: number): Shown {
  const isOf = (_: unknown, row: number): boolean => kinds[row]!.includes(kind);
  return { logits: logits.filter(isOf), right: right.filter(isOf), kinds: kinds.filter(isOf) };
}

/**
 * The same order from each ranker, in probabilities: boosts are then the factors on the odds that they are said to be. What
 * kinds of questions add is units of the small one, so that a device reads them as it reads all others; the deep one computes in
 * integers that its own units share, and has one line.
 */
export const withProbabilities = (
  ranker: RankerTensors,
  lines: { readonly small: CalibrationByKind; readonly deep?: Calibration | undefined },
): RankerTensors => ({
  ...ranker,
  layers: withAdditions(calibrated(ranker.layers, lines.small), additionsOf(lines.small, ranker)),
  ...(ranker.deep && lines.deep
    ? { deep: { ...ranker.deep, layers: calibrated(ranker.deep.layers, lines.deep) } }
    : {}),
});

/** Inputs as the network meets them. */
function additionsOf({ adds }: CalibrationByKind, moments: Moments): Addition[] {
  const scoreOf = (input: number, value: number): number => {
    const row = new Float32Array(FEATURES.length);
    row[input] = value;
    return standardise(row, moments, 1)[input]!;
  };
  return [...adds].flatMap((sum, kind) => {
    const input = KINDS[kind]!;
    return sum === 0 ? [] : [{ input, on: scoreOf(input, 1), off: scoreOf(input, 0), adds: sum }];
  });
}
