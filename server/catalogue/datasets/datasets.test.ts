import { expect, it } from 'vitest';
import { describeWithData } from '../../../tests/data.ts';
import { gather, refusal } from '../importer.case.ts';
import { scratch } from '../scratch.case.ts';
import { completeJourney } from './complete-journey.ts';
import { movieLens } from './movielens.ts';

const write = scratch();

it('a film that was liked is a purchase, and keeps its mean of stars', async () => {
  const { items, interactions } = await gather(movieLens, [
    write(
      'movies.csv',
      'movieId,title,genres\n1,"Heat, The (1995)",Action|Crime\n2,Odd,(no genres listed)\n',
    ),
    write('ratings.csv', 'userId,movieId,rating,timestamp\n1,1,4.0,964982703\n2,1,2.5,964982704\n'),
  ]);
  expect(items).toEqual([
    {
      id: '1',
      title: 'Heat, The (1995)',
      availability: 'in_stock',
      product_type: 'Films > Action',
      rating: 3.25,
      attributes: ['genre=Action', 'genre=Crime', 'year=1995'],
    },
    { id: '2', title: 'Odd', availability: 'in_stock', attributes: [] },
  ]);
  expect(interactions.map((row) => row.kind)).toEqual(['purchase', 'view']);
});

it('two files of the same kind are refused', async () => {
  const file = write('movies.csv', 'movieId,title,genres\n');
  expect((await refusal(gather(movieLens, [file, file]))).code).toBe('header');
  expect((await refusal(gather(completeJourney, [file, file]))).code).toBe('header');
});

describeWithData('public shops are read whole', (file) => {
  it('MovieLens', async () => {
    const folder = 'movielens-latest-small';
    const { items, interactions } = await gather(movieLens, [
      file(`${folder}/ratings.csv`),
      file(`${folder}/movies.csv`),
    ]);
    expect([items.length, interactions.length]).toEqual([9742, 100_836]);
  });

  it('Complete Journey, to the counts of an independent reading', async () => {
    const { items, bare, interactions } = await gather(completeJourney, [
      file('complete-journey/transactions_sample.csv.gz'),
      file('complete-journey/products.csv.gz'),
    ]);
    const subjects = new Set(interactions.map((row) => row.subject)).size;
    const visits = new Set(interactions.map((row) => row.visit)).size;
    expect([interactions.length, items.length + bare.length, subjects, visits]).toEqual([
      73_488, 20_720, 2372, 46_104,
    ]);
  });
});
