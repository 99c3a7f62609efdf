import { choice } from './consent.ts';
import type { EventRec } from './tacit.ts';

/** Which slate led to a product's page: kept for this tab's visit, with consent alone. */
const KEY = 'shop-recommended';
const MOST = 50;

type Clicks = Readonly<Record<string, EventRec>>;

function read(): Clicks {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? '{}') as Clicks;
  } catch {
    return {};
  }
}

export function clicked(id: string, rec: EventRec): void {
  if (choice() !== 'granted') return;
  const kept = Object.entries(read()).filter(([other]) => other !== id);
  try {
    sessionStorage.setItem(KEY, JSON.stringify(Object.fromEntries([...kept.slice(1 - MOST), [id, rec]])));
  } catch {
    // A full or closed storage loses the attribution, never the click.
  }
}

export const ledHere = (id: string): EventRec | undefined => read()[id];

export function forgetClicks(): void {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // Nothing was kept where nothing can be.
  }
}
