import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { ItemId } from '../../../shared/protocol/ids.ts';
import type { Item } from '../../../shared/protocol/item.ts';

/** A benchmark file that cannot be read: names file and line, what was found and what was expected. */
export class BenchmarkFileError extends Error {
  override readonly name = 'BenchmarkFileError';
  readonly code = 'benchmark-file';
}

export interface Line {
  readonly number: number;
  readonly words: readonly string[];
}

/** Lines of words; empty lines are skipped. @throws BenchmarkFileError */
export function readLines(file: string, least: { words: number; what: string }): Line[] {
  const lines: Line[] = [];
  contentOf(file)
    .split('\n')
    .forEach((text, at) => {
      const words = text.trim().split(/\s+/);
      if (words[0] === '') return;
      if (words.length < least.words)
        throw new BenchmarkFileError(
          `${file}, line ${at + 1}: found ${words.length} words, expected ${least.what}`,
        );
      lines.push({ number: at + 1, words });
    });
  if (lines.length === 0) throw new BenchmarkFileError(`${file}: found no lines, expected ${least.what}`);
  return lines;
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new BenchmarkFileError(`${file}: ${error instanceof Error ? error.message : error}`);
  }
}

const Attributes = v.record(v.string(), v.array(v.union([v.string(), v.number()])));

/** `{"item": [attribute, ...]}`. @throws BenchmarkFileError */
export function readAttributes(file: string): Readonly<Record<string, readonly string[]>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(contentOf(file));
  } catch (error) {
    if (error instanceof BenchmarkFileError) throw error;
    throw new BenchmarkFileError(`${file}: found no JSON (${error}), expected {"item": [attribute, ...]}`);
  }
  const read = v.safeParse(Attributes, parsed);
  if (!read.success)
    throw new BenchmarkFileError(
      `${file}: at ${v.getDotPath(read.issues[0]) ?? 'the top'} found ${read.issues[0].received}, expected {"item": [attribute, ...]}`,
    );
  return Object.fromEntries(Object.entries(read.output).map(([id, list]) => [id, list.map(String)]));
}

/** A catalogue of which nothing is known but ids and, where given, anonymous attributes. */
export function bareItems(
  ids: Iterable<string>,
  attributes: Readonly<Record<string, readonly string[]>>,
): Item[] {
  return [...new Set(ids)].map((id): Item => {
    const own = attributes[id]?.slice(0, 64);
    return {
      id: v.parse(ItemId, id),
      title: id,
      availability: 'in_stock',
      ...(own === undefined ? {} : { attributes: [...own] }),
    };
  });
}
