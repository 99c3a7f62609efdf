import { describe, expect, test } from 'vitest';
import { sendingOf } from './permission.ts';

const ALL = { mode: 'events', refused: false, writeKey: 'key' } as const;
const YES = { storage: true, measurement: true };

describe('events go up', () => {
  test('with mode, consent, key and a browser that does not refuse', () => {
    expect(sendingOf(ALL, YES, false)).toBe('on');
  });

  test.each([
    ['the browser refuses (GPC, DNT)', { ...ALL, refused: true }, YES, false, 'refused'],
    ['the shop keeps off', { ...ALL, mode: 'off' }, YES, false, 'off'],
    ['the mechanism is not built', { ...ALL, mode: 'aggregate' }, YES, false, 'not-built'],
    ['measurement was not allowed', ALL, { storage: true, measurement: false }, false, 'no-consent'],
    ['the shop gave no key', { mode: 'events', refused: false }, YES, false, 'no-key'],
    ['the server takes none', ALL, YES, true, 'server-off'],
  ] as const)('not where %s', (_, options, consent, serverOff, why) => {
    expect(sendingOf(options, consent, serverOff)).toBe(why);
  });
});
