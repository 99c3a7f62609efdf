import * as v from 'valibot';
import { ItemId } from '../../../shared/protocol/ids.ts';
import type { Item } from '../../../shared/protocol/item.ts';
import type { StoredInteraction } from '../../store/contract.ts';
import * as cells from '../cells.ts';
import type { ImportContext, Importer } from '../importer.ts';
import { InputError } from '../input.ts';
import { readHeader } from '../reading/csv.ts';
import { type Column, columnKey } from '../reading/table.ts';
import { batches, eachRow } from '../tables/rows.ts';

const RATINGS: readonly Column[] = ['userId', 'movieId', 'rating', 'timestamp'].map((name) => ({
  name,
  required: true,
}));
const MOVIES: readonly Column[] = ['movieId', 'title', 'genres'].map((name) => ({ name, required: true }));

/** From this many stars on a film was liked. */
const LIKED = 3.5;
const DAY = 24 * 3600 * 1000;

/**
 * MovieLens (GroupLens): ratings.csv and movies.csv, in any order. A film that was liked is a `purchase`, another a `view`; a
 * visit is a user's day. Films have no price; their category is the first genre, all genres and the year are attributes.
 */
export const movieLens: Importer = {
  format: 'movielens',
  describes: 'MovieLens: ratings.csv and movies.csv',
  files: { least: 2, most: 2 },
  markets: [],
  async read(files, context) {
    const { ratings, movies } = await sortOut(files);
    const stars = new Map<string, { sum: number; count: number }>();
    const rows = await readRatings(ratings, context, stars);
    await readMovies(movies, context, stars);
    for (const batch of rows) context.sink.interactions(batch);
  },
};

async function sortOut(files: readonly string[]): Promise<{ ratings: string; movies: string }> {
  const found: Record<string, string> = {};
  for (const file of files) {
    const header = (await readHeader(file, ',')).map(columnKey);
    found[header.includes('rating') ? 'ratings' : 'movies'] = file;
  }
  const { ratings, movies } = found;
  if (ratings === undefined || movies === undefined)
    throw new InputError(
      'header',
      { file: files[0] ?? '' },
      { expected: 'one file of ratings and one of movies', found: `two of ${Object.keys(found).join()}` },
    );
  return { ratings, movies };
}

async function readRatings(
  file: string,
  context: ImportContext,
  stars: Map<string, { sum: number; count: number }>,
): Promise<(readonly StoredInteraction[])[]> {
  const done: (readonly StoredInteraction[])[] = [];
  const out = batches<StoredInteraction>((batch) => done.push(batch));
  await eachRow(file, RATINGS, {
    context,
    take(cell) {
      const user = cells.needed(cell('userId'), cells.id(cell('userId')), 'a user id');
      const movie = cells.needed(cell('movieId'), cells.id(cell('movieId')), 'a movie id');
      const rating = cells.needed(cell('rating'), cells.notNegative(cell('rating')), 'a number of stars');
      const time = cells.needed(cell('timestamp'), cells.time(cell('timestamp')), 'seconds since 1970');
      if (rating > 5) cells.refuse(cell('rating'), 'at most 5 stars');
      const known = stars.get(movie) ?? { sum: 0, count: 0 };
      stars.set(movie, { sum: known.sum + rating, count: known.count + 1 });
      const subject = context.subjectOf(user);
      out.add({
        key: `movielens:${subject}:${movie}`,
        subject,
        visit: `${subject}:${Math.floor(time / DAY)}`,
        item: movie,
        kind: rating >= LIKED ? 'purchase' : 'view',
        time,
        quantity: 1,
        price: null,
        origin: 'import',
      });
      context.tally.keep();
    },
  });
  out.end();
  return done;
}

async function readMovies(
  file: string,
  context: ImportContext,
  stars: ReadonlyMap<string, { sum: number; count: number }>,
): Promise<void> {
  const out = batches<Item>((batch) => context.sink.items(batch));
  await eachRow(file, MOVIES, {
    context,
    take(cell) {
      const id = v.parse(ItemId, cells.needed(cell('movieId'), cells.id(cell('movieId')), 'a movie id'));
      const title = cells.text(cell('title'), 512) ?? id;
      const genres = (cells.text(cell('genres')) ?? '').split('|').filter((one) => /^[A-Za-z]/.test(one));
      const year = /\((\d{4})\)\s*$/.exec(title)?.[1];
      const rated = stars.get(id);
      out.add({
        id,
        title,
        availability: 'in_stock',
        ...(genres[0] === undefined ? {} : { product_type: `Films > ${genres[0]}` }),
        ...(rated ? { rating: Math.round((rated.sum / rated.count) * 100) / 100 } : {}),
        attributes: [...genres.map((genre) => `genre=${genre}`), ...(year ? [`year=${year}`] : [])],
      });
      context.tally.keep();
    },
  });
  out.end();
}
