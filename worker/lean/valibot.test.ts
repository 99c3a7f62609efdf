import fc from 'fast-check';
import * as whole from 'valibot';
import { describe, expect, test, vi } from 'vitest';

/** Each format twice: read by valibot, and by what the device has in its place. */
const formats = async () => ({
  ...(await import('../../shared/protocol/event.ts')),
  ...(await import('../../shared/protocol/manifest.ts')),
  ...(await import('../../shared/protocol/profile.ts')),
  ...(await import('../../shared/protocol/slate.ts')),
  ...(await import('../../shared/protocol/sync.ts')),
  ...(await import('../../shared/protocol/ids.ts')),
  ...(await import('../../shared/engine/settings.ts')),
  ...(await import('../../shared/bundle/shard.ts')),
});
const thorough = await formats();
vi.resetModules();
vi.doMock('valibot', () => import('./valibot.ts'));
const lean = await import('./valibot.ts');
const slender = await formats();

type Name = keyof typeof thorough;
const isSchema = (value: unknown): value is whole.GenericSchema =>
  typeof value === 'object' && value !== null && '~run' in value;
const NAMES = (Object.keys(thorough) as Name[]).filter((name) => isSchema(thorough[name]));

interface Read {
  readonly output?: unknown;
  readonly problem?: string;
}

function byValibot(name: Name, value: unknown): Read {
  const read = whole.safeParse(thorough[name] as whole.GenericSchema, value);
  if (read.success) return { output: read.output };
  const [{ message, received, expected }] = read.issues;
  return { problem: [whole.getDotPath(read.issues[0]), message, received, expected].join(' | ') };
}

function byDevice(name: Name, value: unknown): Read {
  const read = lean.safeParse(slender[name] as unknown as Parameters<typeof lean.safeParse>[0], value);
  if (read.success) return { output: read.output };
  const [{ message, received, expected }] = read.issues;
  return { problem: [lean.getDotPath(read.issues[0]), message, received, expected].join(' | ') };
}

/** A value that a schema admits, drawn from what the schema says of itself. */
function admitted(schema: unknown): fc.Arbitrary<unknown> {
  const at = schema as {
    type: string;
    entries?: Record<string, unknown>;
    options?: readonly unknown[];
    item?: unknown;
    wrapped?: unknown;
    key?: unknown;
    value?: unknown;
    literal?: unknown;
    pipe?: readonly { type: string; requirement?: unknown }[];
  };
  const limits = Object.fromEntries((at.pipe ?? []).map(({ type, requirement }) => [type, requirement]));
  switch (at.type) {
    case 'object':
    case 'strict_object':
      return fc
        .record(
          Object.fromEntries(Object.entries(at.entries ?? {}).map(([key, own]) => [key, admitted(own)])),
        )
        .map((made) => JSON.parse(JSON.stringify(made)) as unknown);
    case 'variant':
      return fc.oneof(...(at.options ?? []).map(admitted));
    case 'picklist':
      return fc.constantFrom(...(at.options ?? []));
    case 'literal':
      return fc.constant(at.literal);
    case 'optional':
      return fc.option(admitted(at.wrapped), { nil: undefined });
    case 'nullable':
      return fc.option(admitted(at.wrapped));
    case 'array':
      return fc.array(admitted(at.item), { minLength: Number(limits['min_length'] ?? 0), maxLength: 4 });
    case 'record':
      return fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), admitted(at.value), { maxKeys: 3 });
    case 'boolean':
      return fc.boolean();
    case 'number':
      return fc.constantFrom(1, 0, 0.5, 20).filter((one) => whole.is(schema as whole.GenericSchema, one));
    case 'string':
      return fc
        .constantFrom(
          'a',
          'shop-1',
          'EUR',
          '0'.repeat(64),
          '0'.repeat(32),
          '01890a5d-ac96-774b-bcce-b302099a8057',
        )
        .filter((one) => whole.is(schema as whole.GenericSchema, one));
    default:
      return fc.constant(null);
  }
}

const ODD = fc.oneof(
  fc.anything(),
  fc.constantFrom(
    null,
    undefined,
    '',
    ' ',
    '\u0000',
    Number.NaN,
    -1,
    1e300,
    [],
    {},
    [null],
    { a: 1 },
    'x'.repeat(600),
  ),
);

/** Changes one place of a value: anything else there, a name too many, or nothing at all. */
function damaged(value: unknown, way: readonly number[], odd: unknown): unknown {
  const [step = 0, ...rest] = way;
  if (typeof value !== 'object' || value === null || way.length === 0) return odd;
  const keys = Object.keys(value);
  const key = keys[step % (keys.length + 1)];
  if (key === undefined) return Array.isArray(value) ? [...value, odd] : { ...value, unheard: odd };
  if (odd === undefined && rest.length === 0 && !Array.isArray(value))
    return Object.fromEntries(Object.entries(value).filter(([other]) => other !== key));
  const next = damaged((value as Record<string, unknown>)[key], rest, odd);
  return Array.isArray(value)
    ? value.map((one, i) => (String(i) === key ? next : one))
    : { ...value, [key]: next };
}

describe('what the device has in the place of valibot', () => {
  test('there are formats to be held together', () => {
    expect(NAMES).toEqual(
      expect.arrayContaining(['TacitEvent', 'Manifest', 'FunnelSettings', 'ShardMeta', 'EventAck']),
    );
  });

  test.each(NAMES)('%s: the same values admitted, with the same output', (name) => {
    fc.assert(
      fc.property(admitted(thorough[name]), (value) => {
        const read = byDevice(name, value);
        expect(read).toEqual(byValibot(name, value));
        expect(read.problem).toBeUndefined();
      }),
      { numRuns: 40 },
    );
  });

  test.each(NAMES)('%s: the same values refused, in the same words', (name) => {
    fc.assert(
      fc.property(
        admitted(thorough[name]),
        fc.array(fc.nat(40), { maxLength: 4 }),
        ODD,
        (value, way, odd) => {
          const given = damaged(value, way, odd);
          expect(byDevice(name, given)).toEqual(byValibot(name, given));
        },
      ),
      { numRuns: 150 },
    );
  });
});
