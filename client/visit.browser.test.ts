import { beforeEach, describe, expect, test } from 'vitest';
import { NOW } from './event.case.ts';
import { createPageStore } from './page-store.ts';
import { createVisit } from './visit.ts';

const MINUTE = 60_000;
let minted = 0;
const mint = () => `visit-${++minted}`;
function visit(consent: boolean) {
  const store = createPageStore('visit-shop');
  store.allow(consent);
  return createVisit(store, mint);
}

describe('a visit', () => {
  beforeEach(() => localStorage.clear());

  test('goes on across pages, and ends after half an hour without an event', () => {
    const id = visit(true).at(NOW);
    expect(visit(true).at(NOW + 29 * MINUTE)).toBe(id);
    expect(visit(true).at(NOW + 58 * MINUTE)).toBe(id);
    expect(visit(true).at(NOW + 88 * MINUTE)).not.toBe(id);
  });

  test('is the page’s own without consent', () => {
    const one = visit(false);
    expect(one.at(NOW)).toBe(one.at(NOW + MINUTE));
    expect(visit(false).at(NOW)).not.toBe(one.at(NOW));
    expect(localStorage).toHaveLength(0);
  });
});
