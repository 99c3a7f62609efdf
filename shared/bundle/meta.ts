import * as v from 'valibot';
import { BundleError } from './error.ts';

/** Most items in one file: above it a catalogue is cut into several. */
export const MOST_ITEMS = 2 ** 24;
export const MOST_DIMS = 1024;

export const Count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MOST_ITEMS));
export const Size = v.pipe(v.number(), v.finite(), v.minValue(0));

/** @throws BundleError `meta`, naming the first field that does not fit, what was found and what was expected */
export function parseMeta<Schema extends v.GenericSchema>(
  schema: Schema,
  meta: unknown,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, meta);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new BundleError(
    'meta',
    `Meta, ${v.getDotPath(issue) ?? 'whole'}: found ${issue.received}, expected ${issue.expected ?? issue.message}.`,
  );
}
