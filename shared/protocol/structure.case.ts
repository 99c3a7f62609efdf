/** The parts of a schema that say what passes; the others are code, and words for people. */
const TELLING = new Set([
  ...['kind', 'type', 'requirement', 'options', 'literal', 'entries', 'item', 'key', 'value', 'wrapped'],
  ...['pipe', 'default', 'rest', 'name'],
]);

/** What a valibot schema lets through, as plain JSON: two schemas of one structure accept the same values. */
export function structureOf(value: unknown): unknown {
  if (value instanceof RegExp) return String(value);
  if (typeof value === 'function') return 'function';
  if (Array.isArray(value)) return value.map(structureOf);
  if (typeof value !== 'object' || value === null) return value;
  const isSchema = 'kind' in value && 'type' in value;
  const telling = Object.entries(value).filter(([key]) => !isSchema || TELLING.has(key));
  telling.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(telling.map(([key, part]) => [key, structureOf(part)]));
}
