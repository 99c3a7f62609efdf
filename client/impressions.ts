import type { TrackedEvent } from '../shared/protocol/event.ts';
import type { ItemId, RecId, ReleaseId } from '../shared/protocol/ids.ts';
import type { Placement } from '../shared/protocol/placement.ts';
import type { Recommendations, RecommendedItem, Tacit } from './contract.ts';

/** An item was really seen: half of it in view for a second (IAB/MRC viewability, display). */
const SEEN_SHARE = 0.5;
const SEEN_MS = 1_000;

/**
 * Calls `seen` once, when half of `element` has been in view for one second without a break.
 * @returns stops watching
 */
export function whenSeen(element: Element, seen: () => void): () => void {
  if (typeof IntersectionObserver === 'undefined') return () => undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = (): void => {
    clearTimeout(timer);
    observer.disconnect();
  };
  const observer = new IntersectionObserver(
    (entries) => {
      const inView = (entries.at(-1)?.intersectionRatio ?? 0) >= SEEN_SHARE;
      clearTimeout(timer);
      if (!inView) return;
      timer = setTimeout(() => {
        // In view of a tab that nobody looks at is not seen; it is looked at again when the tab comes back.
        if (document.visibilityState !== 'visible') {
          observer.unobserve(element);
          document.addEventListener('visibilitychange', () => observer.observe(element), { once: true });
          return;
        }
        stop();
        seen();
      }, SEEN_MS);
    },
    { threshold: SEEN_SHARE },
  );
  observer.observe(element);
  return stop;
}

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

/**
 * Watches the drawn items of a slate and tracks `rec_impression` for each that is seen.
 * @param elements in the order of `recommendations.items`
 * @returns stops watching
 */
export function trackImpressions(
  tacit: Pick<Tacit, 'track'>,
  slate: { recommendations: Recommendations; placement: Placement },
  elements: readonly Element[],
): () => void {
  const { recommendations, placement } = slate;
  const stops = recommendations.items.map((item, i) => {
    const element = elements[i];
    const rec = attributionOf(recommendations, placement, item);
    if (element === undefined || rec === undefined) return () => undefined;
    return whenSeen(element, () =>
      tacit.track({
        name: 'rec_impression',
        items: [{ item_id: item.item as ItemId, index: item.position }],
        rec,
      }),
    );
  });
  return () => {
    for (const stop of stops) stop();
  };
}
