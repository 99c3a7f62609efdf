import { has } from '../mask.ts';
import type { Anchor, Observation } from '../observe.ts';
import { fade } from './anchors.ts';
import { type Retriever, SILENT } from './retriever.ts';

/** The shopper's own items, newest first: seen lately, or to buy again. An item scores `decay ^ age`. */
export const history: Retriever = {
  source: 'history',
  open({ engine, seen, eligible }) {
    const own = ownItems(seen);
    if (own.length === 0) return SILENT;
    const scores = Float32Array.from(fade(own, engine.settings.decay.history));
    const held = engine.scratch.history;
    held.clear();
    for (let index = 0; index < own.length; index++) held.add(own[index]!.row, scores[index]!);
    return {
      propose: (limit) => {
        const shown = own.filter(({ row }, index) => has(eligible, row) && scores[index]! > 0);
        return Uint32Array.from(shown.slice(0, limit), ({ row }) => row);
      },
      score: (rows, out) => {
        for (let i = 0; i < rows.length; i++) out[i] = held.sumOf(rows[i]!);
      },
      carrier: (row) => own.find((anchor) => anchor.row === row),
    };
  },
};

/** `recently-viewed` shows what was looked at, not what is known from orders alone. */
function ownItems({ own, owned, request, anchors }: Observation): readonly Anchor[] {
  // A cart that holds nothing has nothing to complete.
  if (request.placement === 'bought-together' && anchors.length === 0) return [];
  if (request.placement !== 'recently-viewed') return own;
  return own.filter(({ row }) => owned.get(row)!.views > 0);
}
