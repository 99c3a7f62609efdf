import type { TacitEventName, TacitListener } from './contract.ts';
import type { Troubles } from './troubles.ts';

export interface Listeners {
  add(event: TacitEventName, listener: TacitListener): () => void;
  emit(event: TacitEventName, detail: { release?: string }): void;
  clear(): void;
}

/** A listener of the shop's that throws is told of and does not keep the others from hearing. */
export function createListeners(troubles: Troubles): Listeners {
  const all = new Map<TacitEventName, Set<TacitListener>>();
  return {
    add(event, listener) {
      const set = all.get(event) ?? new Set();
      all.set(event, set.add(listener));
      return () => set.delete(listener);
    },
    emit(event, detail) {
      for (const listener of all.get(event) ?? [])
        troubles.guard('listener-threw', () => listener(detail), undefined);
    },
    clear: () => all.clear(),
  };
}
