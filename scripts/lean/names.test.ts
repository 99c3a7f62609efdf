import { fileURLToPath } from 'node:url';
import { parseAst } from 'vite';
import { describe, expect, test } from 'vitest';
import { namesFor, PAGE, WORKER, withShortNames } from './names.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const names = namesFor(ROOT, WORKER);
const pageNames = namesFor(ROOT, PAGE);

describe('shorter names of properties', () => {
  test.each([
    ['worker', names, 100],
    ['page', pageNames, 15],
  ])('of the %s are each of one property, and of no other property', (_, given, least) => {
    const short = [...given.values()];
    expect(new Set(short).size).toBe(given.size);
    expect(given.size).toBeGreaterThan(least);
    expect(short.filter((name) => given.has(name))).toEqual([]);
  });

  test.each([
    ['a shop calls and reads', ['createTacit', 'recommend', 'setConsent', 'exportProfile', 'recId', 'cause']],
    ['a shop says', ['placement', 'fallbackParameters', 'transformItems', 'workerUrl', 'onTrouble']],
    [
      'crosses to the worker',
      ['utcOffsetMinutes', 'refused', 'erase', 'steady', 'event', 'entries', 'cards'],
    ],
    ['is kept for the next page, or said to another tab', ['madeAt', 'lastAt', 'kind', 'consent']],
    ['a part exports', ['exposuresOf', 'keepOffline', 'outsideRanker']],
    [
      'is read and never made: browsers have it',
      ['globalPrivacyControl', 'doNotTrack', 'trustedTypes', 'createPolicy'],
    ],
    ['browsers call back', ['createScriptURL']],
  ])('of the page are not given to what %s', (_, kept) => {
    expect(kept.filter((name) => pageNames.has(name))).toEqual([]);
  });

  test.each([
    ['the page reads', ['recId', 'entries', 'troubles', 'slate', 'timings', 'exportProfile', 'code']],
    ['the disk keeps', ['profile', 'session', 'quarantine', 'current', 'previous', 'ratchet', 'begun']],
    [
      'the server or a bundle says',
      ['sha256', 'release', 'proposals', 'dims', 'codec', 'tensors', 'prefixes'],
    ],
    ['the kernel or a package exports', ['scan', 'rescore', 'memory', 'verifyAsync']],
    ['browsers have', ['length', 'validate', 'getRandomValues', 'locks']],
    ['is read and never made: browsers have it', ['saveData', 'effectiveType']],
    ['a part exports', ['RELAXED_WASM', 'createSender', 'openDatabase', 'revive']],
    ['a text says', ['category', 'popular', 'lightRanked']],
  ])('are not given to what %s', (_, kept) => {
    expect(kept.filter((name) => names.has(name))).toEqual([]);
  });

  test('stand wherever the property does, and nowhere else', () => {
    const [long, short] = [...names][0] ?? ['', ''];
    const code = (as: string, own: string) =>
      `const { ${own}, a: { ${as}: b } } = f({ ${own}, c: 1 }); x.${as}["${long}"](b.${as}, x[${long}]);`;
    const given = code(long, long);
    expect(withShortNames(given, parseAst(given), names)).toBe(code(short, `${short}:${long}`));
  });
});
