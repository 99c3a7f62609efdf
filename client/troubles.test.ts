import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createTroubles } from './troubles.ts';

describe('troubles', () => {
  beforeEach(() => {
    for (const way of ['warn', 'error'] as const) vi.spyOn(console, way).mockImplementation(() => undefined);
  });
  afterEach(() => vi.restoreAllMocks());

  test('come to the shop that listens, and nowhere else', () => {
    const heard: unknown[] = [];
    createTroubles(() => (trouble) => heard.push(trouble)).tell('bad-signature', 'no pinned key signed it');
    expect(heard).toEqual([{ code: 'bad-signature', message: 'no pinned key signed it' }]);
    expect(console.warn).not.toHaveBeenCalled();
  });

  test('are on the console of a shop that does not: an empty shelf is never without a word', () => {
    const troubles = createTroubles(() => undefined);
    troubles.guard(
      'start-failed',
      () => {
        throw new Error('no such thing');
      },
      undefined,
    );
    expect(console.warn).toHaveBeenCalledWith('tacit', { code: 'start-failed', message: 'no such thing' });
  });

  test('a listener that throws harms nobody', () => {
    const troubles = createTroubles(() => () => {
      throw new Error('of the shop');
    });
    expect(troubles.guard('failed', () => JSON.parse('{'), 'otherwise')).toBe('otherwise');
    expect(console.error).toHaveBeenCalledOnce();
  });
});
