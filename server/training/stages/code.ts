import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { FEATURE_SCHEMA } from '../../../shared/engine/features.ts';

/** From a checkout: the folders that a run's result depends on, relative to this file. Built: the folder of the script. */
const SOURCES = ['../../../shared/', '../../../models/', '../../dataset/', '../'];

/**
 * Hex digest of the code that trains and the features' schema: a version number does not change between two edits of a trainer, and
 * a stage that the old code finished is not the new code's.
 */
export function codeDigest(module: string): string {
  const hash = createHash('sha256').update(FEATURE_SCHEMA).update(process.version);
  const folders = module.endsWith('.ts') ? SOURCES : ['./'];
  for (const folder of folders) {
    const root = fileURLToPath(new URL(folder, module));
    for (const path of scriptsIn(root)) hash.update(path).update(readFileSync(root + path));
  }
  return hash.digest('hex');
}

const scriptsIn = (root: string): string[] =>
  (readdirSync(root, { recursive: true }) as string[])
    .filter((path) => /\.(ts|js)$/.test(path) && !/\.(test|case|browser)\.ts$|node_modules/.test(path))
    .sort();
