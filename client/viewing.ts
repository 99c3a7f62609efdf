import type { ItemId } from '../shared/protocol/ids.ts';
import type { Placement } from '../shared/protocol/placement.ts';
import type { Recommendations, Tacit } from './contract.ts';
import type { attributionOf } from './impressions.ts';

/** An item was really seen: half of it in view for a second (IAB/MRC viewability, display). */
const SEEN_SHARE = 0.5;
const SEEN_MS = 1_000;

/**
 * Calls `seen` once, when half of `element` has been in view for one second without a break.
 * @returns stops watching
 */
export function watch(element: Element, seen: () => void): () => void {
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

export interface WatchedSlate {
  readonly recommendations: Recommendations;
  readonly placement: Placement;
  /** handed in: this file is loaded by the one that has it */
  readonly attributionOf: typeof attributionOf;
}

/** `rec_impression` for each element that is seen. @returns stops watching */
export function watchAll(
  tacit: Pick<Tacit, 'track'>,
  { recommendations, placement, attributionOf }: WatchedSlate,
  elements: readonly Element[],
): () => void {
  const stops = recommendations.items.map((item, i) => {
    const element = elements[i];
    const rec = attributionOf(recommendations, placement, item);
    if (element === undefined || rec === undefined) return () => undefined;
    const items = [{ item_id: item.item as ItemId, index: item.position }];
    return watch(element, () => tacit.track({ name: 'rec_impression', items, rec }));
  });
  return () => {
    for (const stop of stops) stop();
  };
}
