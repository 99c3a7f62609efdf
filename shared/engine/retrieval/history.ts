import { has } from '../mask.ts';
import type { Anchor, Observation } from '../observe.ts';
import { weigh } from './anchors.ts';
import { type Retriever, SILENT } from './retriever.ts';

/** The shopper's own items, newest first: seen lately, or to buy again. An item scores `decay ^ age`. */
export const history: Retriever = {
  source: 'history',
  open({ engine, seen, eligible }) {
    const own = ownItems(seen);
    if (own.length === 0) return SILENT;
    const ages = own.map((anchor) => ({ ...anchor, strength: 1 }));
    const scores = Float32Array.from(weigh(ages, engine.settings.decay.history));
    const at = new Map(own.map((anchor, index) => [anchor.row, index]));
    return {
      propose: (limit) => {
        const shown = own.filter(({ row }, index) => has(eligible, row) && scores[index]! > 0);
        return Uint32Array.from(shown.slice(0, limit), ({ row }) => row);
      },
      score: (rows, out) => {
        for (let i = 0; i < rows.length; i++) out[i] = scores[at.get(rows[i]!) ?? -1] ?? 0;
      },
      carrier: (row) => own[at.get(row) ?? -1],
    };
  },
};

/** `recently-viewed` shows what was looked at, not what is known from orders alone. */
function ownItems({ own, owned, request }: Observation): readonly Anchor[] {
  if (request.placement !== 'recently-viewed') return own;
  return own.filter(({ row }) => owned.get(row)!.views > 0);
}
