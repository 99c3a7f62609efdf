import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { SiteId } from '../../../shared/protocol/ids.ts';
import { openManifest } from '../../../shared/protocol/signature.ts';
import type { Home } from '../../home.ts';
import { manifestOf } from '../../publish/publish.ts';
import { verify } from '../../publish/signing.ts';
import { type Check, fail, ok, warn } from './finding.ts';

const DATABASE = 'tacit.db';
const DAY = 24 * 3600 * 1000;
const SOON = 2 * DAY;

/** Whether there is a home to examine: nothing is made where there is none. */
export const hasHome = (folder: string): boolean => existsSync(join(folder, DATABASE));

/** Opening a home makes the keys that it lacks, and devices would refuse what those sign. */
export const hasSigningKey = (folder: string): boolean =>
  existsSync(join(folder, 'keys', 'signing-current.pem'));

export const homeFolder = (folder: string): Check => ({
  name: 'home',
  advice: 'check who owns the folder, and --home',
  run() {
    if (!hasHome(folder)) return warn(`nothing in ${folder} yet`, 'tacit import makes it');
    for (const file of [folder, join(folder, DATABASE)]) accessSync(file, constants.R_OK | constants.W_OK);
    return ok(folder);
  },
});

export const secretKeys = (folder: string): Check => ({
  name: 'keys',
  advice: 'restore the keys folder from a backup: devices pin its public halves',
  run() {
    const keys = join(folder, 'keys');
    if (!hasSigningKey(folder))
      return hasHome(folder)
        ? fail('a store, but no signing key beside it', this.advice)
        : warn('no keys yet', 'they are made at first use');
    const open = readdirSync(keys).filter((name) => (statSync(join(keys, name)).mode & 0o077) !== 0);
    return open.length > 0
      ? fail(
          `others may read ${open.join(', ')}`,
          `chmod 600 ${open.map((name) => join(keys, name)).join(' ')}`,
        )
      : ok(`${readdirSync(keys).length} files, readable by their owner alone`);
  },
});

export const storedData = (home: Home, site: SiteId): Check => ({
  name: 'data',
  advice: 'restore tacit.db from a backup',
  run() {
    const items = home.store.catalogue.count(site);
    const interactions = home.store.interactions.count(site);
    const found = `${items} items, ${interactions} interactions`;
    return items === 0 ? warn(found, `tacit import --site ${site} FILE`) : ok(found);
  },
});

/** Opens the current release as a device would. */
export const currentRelease = (home: Home, about: { site: SiteId; now: number }): Check => ({
  name: 'release',
  advice: 'tacit publish',
  async run() {
    const current = home.store.releases.current(about.site);
    if (!current) return warn('none yet', 'tacit train, then tacit publish');
    const manifest = await openManifest(JSON.parse(current.envelope), {
      ...about,
      keys: home.keys.publicKeys,
      verify,
      lowest: current.version,
    });
    const left = manifest.expiresAt - about.now;
    const found = `${current.release}, version ${current.version}, signature holds, ${(left / DAY).toFixed(1)} days left`;
    return left < SOON ? warn(found, 'a running server renews it; or tacit publish') : ok(found);
  },
});

/** Reads every file of the current release and hashes it. */
export const releasedFiles = (home: Home, site: SiteId): Check => ({
  name: 'artefacts',
  advice: 'tacit train, then tacit publish: the files are made anew',
  async run() {
    const current = home.store.releases.current(site);
    if (!current) return ok('none needed yet');
    const { parts } = manifestOf(current);
    let bytes = 0;
    for (const part of parts) bytes += (await home.artifacts.read(part.sha256)).length;
    return ok(`${parts.length} files, ${(bytes / 1e6).toFixed(2)} MB, every hash as it should be`);
  },
});
