import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { ProfileAttributes } from '../../../shared/protocol/profile.ts';
import { describeWithData } from '../../../tests/data.ts';
import { detectFormat } from '../formats.ts';
import { gather, refusal } from '../importer.case.ts';
import { scratch } from '../scratch.case.ts';
import { shoppersImporter } from './shoppers.ts';

const write = scratch();
const read = (content: string) => gather(shoppersImporter, [write('shoppers.csv', content)]);

describe('shoppers', () => {
  it('have every other column as an attribute, named as it is; what is empty is not said', async () => {
    const { shoppers } = await read('home,shopper_id,Household Size\nflat,7.0,1\n,8,4\n');
    expect(shoppers).toEqual([
      { subject: 'hashed(7)', attributes: { home: 'flat', 'Household Size': '1' } },
      { subject: 'hashed(8)', attributes: { 'Household Size': '4' } },
    ]);
  });

  it('come as JSON lines too, numbers as their digits', async () => {
    const { shoppers } = await read('{"user":"ann","kids":2}\n{"user":"bob","kids":0}\n');
    expect(shoppers.map(({ attributes }) => attributes)).toEqual([{ kids: '2' }, { kids: '0' }]);
  });

  it('count once, and not where nothing is said of them or a value is too long', async () => {
    const { shoppers, tally } = await read(
      `household_id,age\n1,20-30\n1,30-40\n2,\n3,${'x'.repeat(65)}\n,20-30\n`,
    );
    expect(shoppers).toEqual([{ subject: 'hashed(1)', attributes: { age: '20-30' } }]);
    expect(tally.dropped).toEqual({
      'shopper listed twice': 1,
      'shopper without attributes': 1,
      'bad age': 1,
      'bad shopper_id': 1,
    });
  });

  it.each([
    ['no id', 'age,home\n1,2\n', 'a column "shopper_id"'],
    ['nothing but ids', 'shopper_id\n1\n', '1 to 32 attributes'],
    [
      'too many attributes',
      `shopper_id,${Array.from({ length: 33 }, (_, at) => `a${at}`).join()}\n1\n`,
      '1 to 32',
    ],
    ['a name that is too long', `shopper_id,${'n'.repeat(33)}\n1,2\n`, 'at most 32 characters'],
  ])('of a file with %s are refused', async (_, content, expected) => {
    const error = await refusal(read(content));
    expect([error.code, error.message]).toEqual(['header', expect.stringContaining(expected)]);
  });

  it('are told from other tables by the name of their id', async () => {
    expect(await detectFormat(write('any.csv', 'shopper_id,age\n1,2\n'))).toBe('shoppers');
    expect(await detectFormat(write('orders.csv', 'shopper_id,item,time\n1,2,3\n'))).toBe('interactions');
  });
});

describeWithData('shoppers of Complete Journey', (file) => {
  it('are its households, by attributes that a device would take', async () => {
    const { shoppers, tally } = await gather(shoppersImporter, [file('complete-journey/demographics.csv')]);
    expect([shoppers.length, tally.kept, tally.dropped]).toEqual([801, 801, {}]);
    for (const { attributes } of shoppers)
      expect(v.safeParse(ProfileAttributes, attributes).success).toBe(true);
    expect(new Set(shoppers.map(({ attributes }) => attributes['kids_count']))).toContain('0');
  });
});
