import { afterEach, describe, expect, test } from 'vitest';
import type { TrackedEvent } from '../shared/protocol/event.ts';
import type { Recommendations } from './contract.ts';
import { trackImpressions, whenSeen } from './impressions.ts';

afterEach(() => {
  document.body.replaceChildren();
  scrollTo(0, 0);
});

/** A card, the given number of screens down the page. */
function card(screens: number): HTMLElement {
  const element = document.createElement('div');
  Object.assign(element.style, {
    position: 'absolute',
    top: `${screens * 100}vh`,
    width: '100px',
    height: '100px',
  });
  document.body.style.minHeight = '500vh';
  document.body.append(element);
  return element;
}
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('an impression', () => {
  test('is an item half in view for a second, once', async () => {
    const seen: string[] = [];
    whenSeen(card(0), () => seen.push('in view'));
    whenSeen(card(3), () => seen.push('below'));
    await wait(700);
    expect(seen).toEqual([]);
    await expect.poll(() => seen, { timeout: 5_000 }).toEqual(['in view']);
    scrollTo(0, innerHeight * 3);
    await expect.poll(() => seen, { timeout: 5_000 }).toEqual(['in view', 'below']);
    scrollTo(0, 0);
    await wait(1_300);
    expect(seen).toEqual(['in view', 'below']);
  });

  test('is none where the item was scrolled past, or is watched no more', async () => {
    let seen = 0;
    whenSeen(card(0), () => seen++);
    const stop = whenSeen(card(0), () => seen++);
    stop();
    await wait(400);
    scrollTo(0, innerHeight * 3);
    await wait(1_300);
    expect(seen).toBe(0);
  });

  test('says which slate, where in it, and with what propensity', async () => {
    const tracked: TrackedEvent[] = [];
    const recommendations = {
      recId: '0195a3f0-0000-7000-8000-000000000001',
      release: 'r-1',
      items: [{ item: 'bowls-01', position: 2, propensity: 0.5 }],
    } as unknown as Recommendations;
    trackImpressions({ track: (event) => tracked.push(event) }, { recommendations, placement: 'similar' }, [
      card(0),
    ]);
    await expect
      .poll(() => tracked, { timeout: 5_000 })
      .toEqual([
        {
          name: 'rec_impression',
          items: [{ item_id: 'bowls-01', index: 2 }],
          rec: {
            rec_id: recommendations.recId,
            placement: 'similar',
            position: 2,
            propensity: 0.5,
            release: 'r-1',
          },
        },
      ]);
  });
});
