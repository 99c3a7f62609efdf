import type { FileParts } from './parts.ts';

/** One folder a site. */
export const folderName = (site: string): string => `tacit-${site}`;

/**
 * Parts as files of the origin's private file system. Workers write and read them through sync access handles, which are
 * several times as fast as IndexedDB; another tab's handle excludes ours, and then the file is read as a Blob.
 */
export function opfsParts(name: string): FileParts {
  let wiped = false;
  /** a folder that another tab took away is not made again by one that merely reads */
  let folder: Promise<FileSystemDirectoryHandle> | undefined;
  const open = async (create: boolean): Promise<FileSystemDirectoryHandle> => {
    // One that is being looked for may turn out not to be there: it is made then.
    if (create) await folder?.catch(() => undefined);
    folder ??= root()
      .then((found) => found.getDirectoryHandle(name, { create }))
      .catch((error: unknown) => {
        folder = undefined;
        throw error;
      });
    return folder;
  };
  // On its way while the database opens, which tells what is to be read.
  open(false).catch(() => undefined);
  const demandStanding = (): void => {
    if (wiped) throw new DOMException('the files of this site were wiped', 'InvalidStateError');
  };

  return {
    kind: 'opfs',
    async get(sha256) {
      try {
        return await read(await (await open(false)).getFileHandle(sha256));
      } catch (error) {
        if (error instanceof DOMException && error.name === 'NotFoundError') return undefined;
        throw error;
      }
    },
    async put(sha256, bytes) {
      demandStanding();
      const file = await (await open(true)).getFileHandle(sha256, { create: true });
      demandStanding();
      await write(file, bytes);
      if (wiped) await eraseFiles(name);
    },
    async delete(sha256) {
      // A file that another tab has open stays until the next sweep.
      await open(false)
        .then((kept) => kept.removeEntry(sha256))
        .catch(() => undefined);
    },
    async keys() {
      const kept = await open(false).catch(() => undefined);
      const keys: string[] = [];
      if (kept !== undefined) for await (const key of (kept as Listed).keys()) keys.push(key);
      return keys.sort();
    },
    async wipe() {
      wiped = true;
      await eraseFiles(name);
    },
  };
}

const root = (): Promise<FileSystemDirectoryHandle> => {
  if (typeof navigator === 'undefined' || navigator.storage?.getDirectory === undefined)
    return Promise.reject(new DOMException('no private file system here', 'NotSupportedError'));
  return navigator.storage.getDirectory();
};

const TRIES = 20;
const PAUSE = 50;

/** Takes a site's files away, opened or not. Another tab's handle holds a file for milliseconds: tried again until it is let go. */
export async function eraseFiles(name: string): Promise<void> {
  for (let tries = 0; tries < TRIES; tries++) {
    try {
      await (await root()).removeEntry(name, { recursive: true });
      return;
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== 'NoModificationAllowedError') return;
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }
}

/** What the worker's types of TypeScript leave out: names in a folder, several readers of a file at once. */
type Listed = FileSystemDirectoryHandle & { keys(): AsyncIterable<string> };
type Opened = (options?: { mode: 'read-only' }) => Promise<FileSystemSyncAccessHandle>;

async function read(file: FileSystemFileHandle): Promise<ArrayBuffer> {
  const handle = await (file.createSyncAccessHandle as Opened | undefined)
    ?.call(file, { mode: 'read-only' })
    .catch(() => undefined);
  if (handle === undefined) return (await file.getFile()).arrayBuffer();
  try {
    const bytes = new ArrayBuffer(handle.getSize());
    handle.read(bytes, { at: 0 });
    return bytes;
  } finally {
    handle.close();
  }
}

/** Settles when the bytes are on the disk. */
async function write(file: FileSystemFileHandle, bytes: ArrayBuffer): Promise<void> {
  if (typeof file.createSyncAccessHandle !== 'function') {
    const stream = await file.createWritable();
    await stream.write(bytes);
    return stream.close();
  }
  const handle = await file.createSyncAccessHandle();
  try {
    handle.truncate(0);
    const written = handle.write(new Uint8Array(bytes), { at: 0 });
    if (written < bytes.byteLength)
      throw new DOMException(`wrote ${written} of ${bytes.byteLength} bytes`, 'QuotaExceededError');
    handle.flush();
  } finally {
    handle.close();
  }
}
