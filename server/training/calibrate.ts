import { type Calibration, calibrate, calibrated, probabilityOf } from '../../models/ranker/calibration.ts';
import { expectedCalibrationError, reliability } from '../../shared/metrics/calibration.ts';
import type { RankerTensors } from './encode.ts';

/** Logits of the places of slates that a ranker has ordered, and 1 where what stood there was right, else 0. */
export interface Shown {
  readonly logits: number[];
  readonly right: number[];
}

export interface Calibrated {
  readonly line: Calibration;
  readonly metrics: Readonly<Record<string, number>>;
}

const BINS = 10;

const errorOf = ({ logits, right }: Shown, { slope, intercept }: Calibration): number =>
  expectedCalibrationError(
    reliability(
      logits.map((logit) => probabilityOf(slope * logit + intercept)),
      right,
      BINS,
    ),
  );

/** The line that makes probabilities of a ranker's logits, by what it showed of validation, with the errors before and after. */
export function calibrateBy(shown: Shown, prefix: string): Calibrated {
  const line = calibrate(shown.logits, shown.right);
  return {
    line,
    metrics: {
      [`${prefix}.ece@10`]: errorOf(shown, line),
      [`${prefix}.ece@10.uncalibrated`]: errorOf(shown, { slope: 1, intercept: 0 }),
      [`${prefix}.calibration.slope`]: line.slope,
      [`${prefix}.calibration.intercept`]: line.intercept,
    },
  };
}

/** The same order from each ranker, in probabilities: boosts are then the factors on the odds that they are said to be. */
export const withProbabilities = (
  ranker: RankerTensors,
  lines: { readonly small: Calibration; readonly deep?: Calibration | undefined },
): RankerTensors => ({
  ...ranker,
  layers: calibrated(ranker.layers, lines.small),
  ...(ranker.deep && lines.deep
    ? { deep: { ...ranker.deep, layers: calibrated(ranker.deep.layers, lines.deep) } }
    : {}),
});
