import type { TrackedEvent } from '../shared/protocol/event.ts';
import type { RecId, ReleaseId } from '../shared/protocol/ids.ts';
import type { Placement } from '../shared/protocol/placement.ts';
import type { Recommendations, RecommendedItem, Tacit } from './contract.ts';

/** Where an entry of a slate stands, for `rec_impression`, `select_item` and whatever it leads to. */
export function attributionOf(
  recommendations: Pick<Recommendations, 'recId' | 'release'>,
  placement: Placement,
  item: Pick<RecommendedItem, 'position' | 'propensity'>,
): TrackedEvent['rec'] {
  const { recId, release } = recommendations;
  if (release === null) return undefined;
  return {
    rec_id: recId as RecId,
    placement,
    position: item.position,
    propensity: item.propensity,
    release: release as ReleaseId,
  };
}

/** What watches comes in a file of its own, with the first element: a page draws before anybody has seen. */
function later(begin: (viewing: typeof import('./viewing.ts')) => () => void): () => void {
  let stop: (() => void) | undefined;
  let stopped = false;
  import('./viewing.ts').then(
    (viewing) => {
      if (!stopped) stop = begin(viewing);
    },
    // Where the file cannot be had nothing is watched, and nothing else suffers.
    () => undefined,
  );
  return () => {
    stopped = true;
    stop?.();
  };
}

/**
 * Calls `seen` once, when half of `element` has been in view for one second without a break.
 * @returns stops watching
 */
export const whenSeen = (element: Element, seen: () => void): (() => void) =>
  later(({ watch }) => watch(element, seen));

/**
 * Watches the drawn items of a slate and tracks `rec_impression` for each that is seen.
 * @param elements in the order of `recommendations.items`
 * @returns stops watching
 */
export const trackImpressions = (
  tacit: Pick<Tacit, 'track'>,
  slate: { recommendations: Recommendations; placement: Placement },
  elements: readonly Element[],
): (() => void) => later(({ watchAll }) => watchAll(tacit, { ...slate, attributionOf }, elements));
