import { describe, expect, test } from 'vitest';
import { createTacit, trackImpressions, whenSeen } from './index.ts';
import { refusedByBrowser } from './refusal.ts';

const OPTIONS = { site: 'shop', url: 'https://tacit.example', keys: [btoa('k'.repeat(32))] };

describe('on a server', () => {
  test('the SDK imports, starts and answers with nothing and why', async () => {
    expect(typeof window).toBe('undefined');
    const tacit = createTacit(OPTIONS);
    tacit.track({ name: 'page_view' });
    const slate = await tacit.recommend({ placement: 'for-you' });
    expect(slate).toMatchObject({ status: 'empty', cause: 'no-worker', items: [], release: null });
    expect(await tacit.status()).toBeNull();
    expect(await tacit.exportProfile()).toBeNull();
    expect(await tacit.refresh()).toBe(false);
    tacit.on('release', () => undefined)();
    await tacit.setConsent({ storage: true });
    await tacit.forget();
    await tacit.close();
    expect([typeof trackImpressions, typeof whenSeen]).toEqual(['function', 'function']);
  });

  test('options that cannot be used are told, not thrown; nor is a listener that throws', async () => {
    const troubles: string[] = [];
    const told = createTacit({ ...OPTIONS, keys: [], onTrouble: ({ code }) => troubles.push(code) });
    expect(troubles).toEqual(['options-invalid']);
    expect((await told.recommend({ placement: 'similar' })).status).toBe('empty');
    expect(createTacit(undefined as never)).toBeDefined();
  });
});

describe('a browser that refuses for its user', () => {
  test.each([
    [{ globalPrivacyControl: true }, true],
    [{ doNotTrack: '1' }, true],
    [{ doNotTrack: 'yes' }, true],
    [{ globalPrivacyControl: false, doNotTrack: '0' }, false],
    [{ doNotTrack: null }, false],
    [{ doNotTrack: 'unspecified' }, false],
  ])('%o: %s', (signals, refused) => {
    expect(refusedByBrowser(signals)).toBe(refused);
  });
});
