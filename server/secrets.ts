import { randomBytes } from 'node:crypto';
import { chmodSync, linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Secrets as files that their owner alone may read, made at first use. Two processes that start at once agree: the first
 * to link its file into place wins.
 */
export interface Secrets {
  /** what the file holds; `make` says what to write where there is none */
  read(name: string, make: () => string): string;
}

export function openSecrets(folder: string): Secrets {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return {
    read(name, make) {
      const path = join(folder, name);
      const known = readOwn(path);
      if (known !== undefined) return known;
      const aside = `${path}.${randomBytes(6).toString('hex')}.tmp`;
      writeFileSync(aside, `${make().trim()}\n`, { mode: 0o600, flag: 'wx', flush: true });
      try {
        linkSync(aside, path);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      } finally {
        rmSync(aside);
      }
      return readOwn(path) ?? '';
    },
  };
}

function readOwn(path: string): string | undefined {
  try {
    // A secret that others may read is put right rather than trusted to stay.
    if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600);
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** 256 random bits, URL-safe. */
export const newSecret = (): string => randomBytes(32).toString('base64url');
