import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** The process that a claim names, where it still runs; NaN and old numbers are nobody. */
function holder(file) {
  const id = Number(readClaim(file));
  if (!Number.isInteger(id) || id <= 0) return undefined;
  try {
    process.kill(id, 0);
    return id;
  } catch (error) {
    // It runs and is somebody else's.
    return error.code === 'EPERM' ? id : undefined;
  }
}

function readClaim(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/**
 * Claims a folder for this process until it ends: another demo would make its shop anew under the one that is served.
 * @param file the claim; it names the process
 * @returns undefined once it is ours, or the id of the process that has it
 */
export function claim(file) {
  const other = holder(file);
  if (other !== undefined && other !== process.pid) return other;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, String(process.pid));
  process.once('exit', () => {
    if (Number(readClaim(file)) === process.pid) rmSync(file, { force: true });
  });
  return undefined;
}
