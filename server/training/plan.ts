import type { Dataset } from '../../models/contract.ts';
import type { InteractionKind } from '../../shared/protocol/profile.ts';
import type { SlateRequest } from '../../shared/protocol/slate.ts';

/**
 * One question whose answer is known: what the shopper had done, what was asked, what came next. Rows are those of
 * the interactions that the query was drawn from.
 */
export interface Query {
  /** history is rows from .. to */
  readonly from: number;
  readonly to: number;
  /** first row of the current session; equal to `to`: none yet */
  readonly session: number;
  /** first row after the history that is known: rows from here to the session are not; `session` where it is left out */
  readonly known?: number;
  /** what the session's purchases are shown as, since a basket that is not paid yet is a cart, or pages looked at */
  readonly shownAs?: InteractionKind;
  /** catalogue rows whose lines of the session are hidden: those to guess, or not to know */
  readonly without?: readonly number[];
  readonly request: SlateRequest;
  /** catalogue rows that would be right, the one to learn first */
  readonly targets: readonly number[];
  readonly now: number;
}

/** A slate as a shopper saw it: `targets` are what was chosen of it. */
export interface SeenSlate extends Query {
  /** of the interactions */
  readonly user: number;
  readonly seen: readonly SeenRow[];
}

export interface SeenRow {
  /** catalogue row */
  readonly row: number;
  /** 0-based */
  readonly position: number;
  /** 0: it was seen and not chosen */
  readonly worth: number;
}

/** Of a shopper: answers to one shopper's questions are alike. */
export interface ShopperQuery extends Query {
  /** of the interactions */
  readonly user: number;
}

/** Sources fitted on `fit` answer `queries`, of which `fit` holds no target. */
export interface Level {
  readonly fit: Dataset;
  readonly queries: readonly Query[];
  /** slates that were seen after the fit; absent: too few are logged */
  readonly slates?: readonly SeenSlate[];
}

/** What a training run does, whatever the data came from: a shop's store, sequences, sessions. */
export interface Plan {
  /** every interaction that queries are drawn from */
  readonly whole: Dataset;
  /** where the ranker learns */
  readonly levels: readonly Level[];
  /** where settings are chosen; its sources are those of `final` or of a level where the data set is the same object */
  readonly validation: Level;
  /** what neither taught nor chose anything, for the gate; its sources are those of `validation` */
  readonly test?: Level;
  /** what the release is fitted on */
  readonly final: Dataset;
  /**
   * Of the window of `validation`, for choosing clusters of shoppers: what a visit began with, asked as if nothing but attributes
   * were known of the shopper. Absent where the shop says nothing of any.
   */
  readonly cold?: readonly ShopperQuery[];
  /** Of the same window: which of the items that nobody had touched before came next. Absent: not asked. */
  readonly fresh?: readonly ShopperQuery[];
}
