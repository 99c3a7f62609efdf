import { describe, expect, test } from 'vitest';
import { OptionError, readOptions } from './options.ts';

describe('options of the benchmark', () => {
  test('sizes in thousands, sections by name, an effort by word', () => {
    expect(readOptions(['--items', '20k,1500', '--only', 'scan', '--quick', '--json'])).toMatchObject({
      items: [20_000, 1500],
      only: ['scan'],
      quick: true,
      json: true,
    });
    const patience = [['--quick'], [], ['--full'], ['--full', '--patience', '7']].map(
      (args) => readOptions(args).patience,
    );
    expect(patience).toEqual([40, 240, 3600, 7]);
  });

  test.each([
    [['--items', '20m'], '--items: expected counts like 20k, found "20m"'],
    [['--only', 'scan,memory'], '--only: expected some of scan, ranker, device, found "memory"'],
    [['--seed', '1.5'], '--seed: expected a whole number above 0, found "1.5"'],
    [['--loud'], "Unknown option '--loud'"],
  ])('%j is refused with what was found and the usage', (args, message) => {
    expect(() => readOptions(args)).toThrow(OptionError);
    expect(() => readOptions(args)).toThrow(message);
    expect(() => readOptions(args)).toThrow('usage: npm run bench:device');
  });
});
