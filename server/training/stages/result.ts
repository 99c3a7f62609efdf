import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';

/** SHA-256 of what follows. */
const HEAD = 32;

/**
 * Writes a value (plain objects and typed arrays, shared references kept) so that a reader finds all of it or nothing: beside
 * its place, synced, then renamed.
 */
export function writeResult(path: string, value: unknown): void {
  const bytes = serialize(value);
  const beside = `${path}.${process.pid}.part`;
  const file = openSync(beside, 'w');
  try {
    for (const part of [digest(bytes), bytes]) writeAll(file, part);
    fsyncSync(file);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
  renameSync(beside, path);
}

/** The value as it was written; undefined where there is none, or where what lies there is not what was written. */
export function readResult<T>(path: string): T | undefined {
  const found = readIfThere(path);
  if (found === undefined || found.length < HEAD) return undefined;
  const bytes = found.subarray(HEAD);
  if (!digest(bytes).equals(found.subarray(0, HEAD))) return undefined;
  return deserialize(bytes) as T;
}

const digest = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** One call writes 2 GB at most. */
function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; )
    at += writeSync(file, bytes, at, Math.min(bytes.length - at, 1 << 30));
}
