import type { Source } from '../../protocol/slate.ts';
import type { Engine } from '../contract.ts';
import type { Anchor, Observation } from '../observe.ts';

/** What every source is given: the release, the shopper as seen for this placement, and which rows may be shown. */
export interface Query {
  readonly engine: Engine;
  readonly seen: Observation;
  /** a bit a row, see `rules.ts` */
  readonly eligible: Uint32Array;
}

/**
 * One source of candidates. Laws, which `retriever.case.ts` holds every source to:
 *  - proposals are distinct eligible rows with a positive score, best first, ties by lower row, at most `limit`, and
 *    no other eligible row scores higher than the last of a full list;
 *  - `score` gives any row, proposed or not, the score it was (or would be) proposed with; 0 where the source has
 *    nothing to say; similarities may be negative;
 *  - the same query gives the same bits;
 *  - `carrier` is the anchor with the largest share in a row's score, undefined where no single item carries it;
 *  - `shares` is there where a score is a sum over the shelf's anchors: what each of them adds to it; `carrier` is one of
 *    them then, the first of the largest, if that is positive.
 */
export interface Retriever {
  readonly source: Source;
  /** Valid until the engine's next recommendation: sources share its scratch memory. */
  open(query: Query): Opened;
}

/**
 * What each of the shelf's anchors adds to a row's score, by place among them; negative where one speaks against it.
 * @returns `out`, whose first values are written
 */
export type Shares = (row: number, out: Float64Array) => Float64Array;

export interface Opened {
  propose(limit: number): Uint32Array;
  score(rows: Uint32Array, out: Float32Array): void;
  carrier(row: number): Anchor | undefined;
  shares?: Shares;
  /** whether a score is of shoppers with attributes like the shopper's, not of all */
  alike?(row: number): boolean;
}

/** A source that has nothing to say of anything. */
export const SILENT: Opened = {
  propose: () => new Uint32Array(0),
  score: (_rows, out) => {
    out.fill(0);
  },
  carrier: () => undefined,
};
