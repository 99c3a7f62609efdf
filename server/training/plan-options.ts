import type { Dataset } from '../../models/contract.ts';
import type { Moment } from '../../shared/engine/contract.ts';
import type { Kernel } from '../../shared/kernel/contract.ts';
import type { Market } from '../../shared/protocol/manifest.ts';
import type { Choice } from './choose.ts';
import type { Champion } from './contract.ts';
import type { RankerTensors } from './encode.ts';
import type { Fit, Fitter, Funnel } from './fits.ts';
import type { Packing, TrainingSettings, TransitionAxis } from './settings.ts';
import type { TrainingTools } from './sources.ts';

/** What a run starts from and what it may try. */
export interface PlanOptions {
  readonly settings: TrainingSettings;
  readonly markets: readonly Market[];
  readonly rules: Moment['rules'];
  readonly choices: readonly Choice[];
  /** what transitions may be fitted with beside their settings, one axis after another */
  readonly transitions: readonly TransitionAxis[];
  readonly packings: readonly Packing[];
  /** validation queries that choose the funnel's settings; absent: all */
  readonly choosing?: number;
  /** features that rankers may not read, by name */
  readonly without?: ReadonlySet<string>;
  /** whether a heavy release gets a head; absent: it does. Without devices nobody loads one */
  readonly head?: boolean;
  /** what is published, to answer the plan's test as well */
  readonly champion?: Champion;
  /** the release's clock, ms */
  readonly now: number;
}

/** A release before it is packed, floats and all. */
export interface Ingredients {
  readonly final: Fit & { readonly dataset: Dataset };
  /** fitted on what the queries of validation may know */
  readonly validation: Fit & { readonly dataset: Dataset };
  readonly funnel: Funnel;
  /** what was learned, shipped or not; absent where no list had a right answer */
  readonly rankers: RankerTensors | undefined;
}

export interface PlanTools extends TrainingTools {
  readonly kernel: Kernel;
  /** told what the release is packed from, for whoever measures what its parts add and what packing costs */
  packed?(from: Ingredients): void;
}

/** A plan's options with the settings at hand, and what is fitted by them. */
export interface Under {
  readonly options: PlanOptions;
  readonly fitter: Fitter;
  readonly tools: PlanTools;
}
