import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import * as consent from './consent.ts';
import * as event from './event.ts';
import * as ids from './ids.ts';
import * as item from './item.ts';
import * as level from './level.ts';
import * as manifest from './manifest.ts';
import * as placement from './placement.ts';
import * as profile from './profile.ts';
import * as slate from './slate.ts';
import { structureOf } from './structure.case.ts';
import * as sync from './sync.ts';
import { PROTOCOL_VERSION } from './version.ts';

const MODULES = { consent, event, ids, item, level, manifest, placement, profile, slate, sync };

/**
 * What protocol 1 is. A change that fails here is either mended or is a new version: then raise PROTOCOL_VERSION, add its
 * line to the history in version.ts, and pin what was found.
 */
const PINNED = {
  version: 1,
  hashes: {
    consent: 'fcc968a718bbb6f9',
    event: '9f3b491de8af78c9',
    ids: '62eb5bedf19f8454',
    item: '4b795a7e34890557',
    level: 'ce3f70a196cc95a1',
    manifest: '5a8bc82bfd4fb141',
    placement: 'ac7c4ed5a928db54',
    profile: 'bd1b624a8d976ae9',
    slate: 'e4a63a26c2878bd0',
    sync: 'a5a75dfdeba27ce7',
  },
};

const isSchema = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'schema';
const hashOf = (value: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(structureOf(value)))
    .digest('hex')
    .slice(0, 16);
const hashOfModule = (module: object): string =>
  hashOf(Object.fromEntries(Object.entries(module).filter(([, value]) => isSchema(value))));

describe('the wire', () => {
  it('has the version that its schemas were pinned to', () => {
    const hashes = Object.fromEntries(
      Object.entries(MODULES).map(([name, module]) => [name, hashOfModule(module)]),
    );
    expect({ version: PROTOCOL_VERSION, hashes }).toEqual(PINNED);
  });

  it('would not change unseen', () => {
    const was = hashOf(event.TacitEvent);
    const { entries } = event.TacitEvent;
    const changes = [
      v.object(entries),
      v.strictObject({ ...entries, more: v.optional(v.string()) }),
      v.strictObject({ ...entries, name: v.picklist([...event.EVENT_NAMES, 'new_name']) }),
      v.strictObject({ ...entries, value: v.number() }),
      v.strictObject({ ...entries, currency: v.optional(v.pipe(v.string(), v.regex(/^[A-Z]{2}$/))) }),
      v.strictObject({ ...entries, items: v.pipe(v.array(event.EventItem), v.maxLength(201)) }),
      v.strictObject({ ...entries, market: v.optional(v.string(), 'gb') }),
    ];
    expect(new Set([was, ...changes.map(hashOf)]).size).toBe(changes.length + 1);
    expect(hashOf(v.strictObject({ ...entries }))).toBe(was);
    expect(
      hashOf(
        v.strictObject({ ...entries, value: v.optional(v.pipe(v.number(), v.finite('in other words'))) }),
      ),
    ).toBe(was);
  });

  it('hashes every module that has schemas', () => {
    for (const [name, module] of Object.entries(MODULES))
      expect(Object.values(module).filter(isSchema).length, name).toBeGreaterThan(0);
  });
});
