/**
 * As much of valibot as this device's schemas ask for, in a fifth of its bytes: the worker's build puts it in valibot's
 * place, so that the one definition of each format, in shared/, is what the device checks as well. It knows the first
 * thing wrong alone, as the device tells no more. A test holds it to valibot's verdicts, outputs and messages.
 */

type Run = (value: unknown) => unknown;

/** A schema, or a step of a pipe. `optional`: an object may lack it; `otherwise` takes the place of what is not there. */
interface Rule {
  readonly run: Run;
  readonly optional?: boolean;
  readonly otherwise?: (() => unknown) | undefined;
}

type Fields = Readonly<Record<string, Rule>>;

class Issue {
  readonly message: string;
  readonly received: string;
  readonly expected: string | null;
  readonly keys: (string | number)[] = [];
  constructor(message: string, received: string, expected: string | null) {
    this.message = message;
    this.received = received;
    this.expected = expected;
  }
}

function said(value: unknown): string {
  if (typeof value === 'string') return `"${value}"`;
  if (typeof value === 'object' || typeof value === 'function')
    return (value && Object.getPrototypeOf(value)?.constructor?.name) ?? 'null';
  return typeof value === 'symbol' ? 'symbol' : `${value}`;
}

/** What was wrong: of which kind, what was expected, what was found, and the schema's own words for it. */
type Wrong = readonly [label: string, expected: string | null, received: string, own?: string | undefined];

function refuse([label, expected, received, own]: Wrong): never {
  const needed = expected === null ? 'R' : `Expected ${expected} but r`;
  throw new Issue(own ?? `Invalid ${label}: ${needed}eceived ${received}`, received, expected);
}

interface Demand<T> {
  readonly label: string;
  readonly expected: string | null;
  readonly fits: (value: T) => boolean;
}

const rule = <T>({ label, expected, fits }: Demand<T>, own?: string): Rule => ({
  run(value) {
    if (!fits(value as T)) refuse([label, expected, said(value), own]);
    return value;
  },
});

function at<T>(key: string | number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Issue) error.keys.unshift(key);
    throw error;
  }
}

const typed = (expected: string, fits: (value: unknown) => boolean, own?: string): Rule =>
  rule({ label: 'type', expected, fits }, own);
export const string = /* @__NO_SIDE_EFFECTS__ */ (own?: string) =>
  typed('string', (value) => typeof value === 'string', own);
export const number = /* @__NO_SIDE_EFFECTS__ */ (own?: string) =>
  typed('number', (value) => typeof value === 'number' && !Number.isNaN(value), own);
export const boolean = /* @__NO_SIDE_EFFECTS__ */ (own?: string) =>
  typed('boolean', (value) => typeof value === 'boolean', own);
export const unknown = /* @__NO_SIDE_EFFECTS__ */ (): Rule => ({ run: (value) => value });
export const brand = unknown;

export const finite = /* @__NO_SIDE_EFFECTS__ */ (own?: string) =>
  rule({ label: 'finite', expected: null, fits: Number.isFinite }, own);
export const integer = /* @__NO_SIDE_EFFECTS__ */ (own?: string) =>
  rule({ label: 'integer', expected: null, fits: Number.isInteger }, own);
const bounded = (expected: string, fits: (value: number) => boolean): Rule =>
  rule({ label: 'value', expected, fits });
export const minValue = /* @__NO_SIDE_EFFECTS__ */ (least: number) =>
  bounded(`>=${least}`, (value) => value >= least);
export const maxValue = /* @__NO_SIDE_EFFECTS__ */ (most: number) =>
  bounded(`<=${most}`, (value) => value <= most);
export const gtValue = /* @__NO_SIDE_EFFECTS__ */ (limit: number) =>
  bounded(`>${limit}`, (value) => value > limit);
export const regex = /* @__NO_SIDE_EFFECTS__ */ (form: RegExp, own?: string) =>
  rule({ label: 'format', expected: `${form}`, fits: (value: string) => form.test(value) }, own);
export const check = /* @__NO_SIDE_EFFECTS__ */ (fits: (value: never) => boolean, own?: string) =>
  rule({ label: 'input', expected: null, fits }, own);

const lengthy = (expected: string, fits: (length: number) => boolean, own?: string): Rule => ({
  run(value) {
    const { length } = value as { readonly length: number };
    if (!fits(length)) refuse(['length', expected, `${length}`, own]);
    return value;
  },
});
export const minLength = /* @__NO_SIDE_EFFECTS__ */ (least: number, own?: string) =>
  lengthy(`>=${least}`, (length) => length >= least, own);
export const maxLength = /* @__NO_SIDE_EFFECTS__ */ (most: number, own?: string) =>
  lengthy(`<=${most}`, (length) => length <= most, own);

/* @__NO_SIDE_EFFECTS__ */
export function picklist(options: readonly unknown[]): Rule {
  const names = [...new Set(options.map(said))];
  const expected = names.length > 1 ? `(${names.join(' | ')})` : (names[0] ?? 'never');
  return typed(expected, (value) => options.includes(value));
}

export const literal = /* @__NO_SIDE_EFFECTS__ */ (value: unknown): Rule => picklist([value]);

export const pipe = /* @__NO_SIDE_EFFECTS__ */ (first: Rule, ...steps: readonly Rule[]): Rule => ({
  ...first,
  run: (value) => steps.reduce((so, step) => step.run(so), first.run(value)),
});

export const nullable = /* @__NO_SIDE_EFFECTS__ */ ({ run }: Rule): Rule => ({
  run: (value) => (value === null ? value : run(value)),
});

/* @__NO_SIDE_EFFECTS__ */
export function optional({ run }: Rule, otherwise?: unknown): Rule {
  const given = typeof otherwise === 'function' ? (otherwise as () => unknown) : () => otherwise;
  return {
    optional: true,
    otherwise: otherwise === undefined ? undefined : given,
    run(value) {
      const found = value === undefined ? given() : value;
      return found === undefined ? found : run(found);
    },
  };
}

export const array = /* @__NO_SIDE_EFFECTS__ */ (item: Rule): Rule => ({
  run(value) {
    if (!Array.isArray(value)) refuse(['type', 'Array', said(value)]);
    return (value as unknown[]).map((one, i) => at(i, () => item.run(one)));
  },
});

function demandObject(value: unknown): asserts value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) refuse(['type', 'Object', said(value)]);
}

function fieldsOf(entries: Fields, value: unknown): Record<string, unknown> {
  demandObject(value);
  const out: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(entries)) {
    const { run, optional: mayLack, otherwise } = field;
    if (key in value || otherwise !== undefined)
      out[key] = at(key, () => run(key in value ? value[key] : otherwise?.()));
    else if (mayLack !== true) at(key, () => refuse(['key', `"${key}"`, 'undefined']));
  }
  return out;
}

export const object = /* @__NO_SIDE_EFFECTS__ */ (entries: Fields): Rule & { readonly entries: Fields } => ({
  entries,
  run: (value) => fieldsOf(entries, value),
});

export const strictObject = /* @__NO_SIDE_EFFECTS__ */ (
  entries: Fields,
): Rule & { readonly entries: Fields } => ({
  entries,
  run(value) {
    const out = fieldsOf(entries, value);
    for (const key in value as object)
      if (!Object.hasOwn(entries, key)) at(key, () => refuse(['key', 'never', `"${key}"`]));
    return out;
  },
});

/** The object whose `key` fits. */
export const variant = /* @__NO_SIDE_EFFECTS__ */ (
  key: string,
  options: readonly (Rule & { readonly entries: Fields })[],
): Rule => ({
  run(value) {
    demandObject(value);
    const expected: string[] = [];
    for (const option of options) {
      const read = safeParse(option.entries[key] ?? unknown(), value[key]);
      if (read.success) return option.run(value);
      expected.push(read.issues[0].expected ?? '');
    }
    return at(key, () => refuse(['type', `(${expected.join(' | ')})`, said(value[key])]));
  },
});

export const omit = /* @__NO_SIDE_EFFECTS__ */ (
  { entries }: { readonly entries: Fields },
  names: readonly string[],
) => object(Object.fromEntries(Object.entries(entries).filter(([name]) => !names.includes(name))));

const UNSAFE: readonly string[] = ['__proto__', 'prototype', 'constructor'];

export const record = /* @__NO_SIDE_EFFECTS__ */ (keys: Rule, values: Rule): Rule => ({
  run(value) {
    demandObject(value);
    const out: Record<string, unknown> = {};
    for (const key of Object.keys(value))
      if (!UNSAFE.includes(key))
        at(key, () => {
          out[keys.run(key) as string] = values.run(value[key]);
        });
    return out;
  },
});

type Verdict =
  | { readonly success: true; readonly output: unknown; readonly issues?: undefined }
  | { readonly success: false; readonly issues: readonly [Issue] };

export function safeParse({ run }: Rule, value: unknown): Verdict {
  try {
    return { success: true, output: run(value) };
  } catch (error) {
    if (error instanceof Issue) return { success: false, issues: [error] };
    throw error;
  }
}

export const is = (schema: Rule, value: unknown): boolean => safeParse(schema, value).success;

export function parse(schema: Rule, value: unknown): unknown {
  const read = safeParse(schema, value);
  if (!read.success) throw new Error(read.issues[0].message);
  return read.output;
}

export const getDotPath = ({ keys }: Issue): string | null => (keys.length > 0 ? keys.join('.') : null);
