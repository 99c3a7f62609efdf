import * as v from 'valibot';

/** The first thing wrong with a value that a schema refused, with its place. */
export function problemOf(issues: readonly v.BaseIssue<unknown>[]): string {
  const [first] = issues;
  if (first === undefined) return 'unreadable';
  const place = v.getDotPath(first as Parameters<typeof v.getDotPath>[0]);
  return place === null ? first.message : `${place}: ${first.message}`;
}
