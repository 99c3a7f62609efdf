import { createReadStream, type Stats } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { InputError } from '../input.ts';

/**
 * A file's bytes, unzipped where it is gzip (told by its first bytes, not by its name).
 * @throws InputError file-missing, file-unreadable, file-empty, syntax (a torn or corrupt gzip file)
 */
export async function* readBytes(file: string): AsyncGenerator<Uint8Array> {
  const head = await readHead(file, 2);
  const zipped = head[0] === 0x1f && head[1] === 0x8b;
  const raw = createReadStream(file, { highWaterMark: 256 * 1024 });
  const stream = zipped ? raw.pipe(createGunzip({ chunkSize: 256 * 1024 })) : raw;
  if (zipped) raw.on('error', (error) => stream.destroy(error));
  let bytes = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      yield chunk;
    }
  } catch (error) {
    if (error instanceof InputError || !(error instanceof Error)) throw error;
    throw new InputError(zipped ? 'syntax' : 'file-unreadable', { file }, unreadable(zipped, error));
  } finally {
    raw.destroy();
    stream.destroy();
  }
  if (bytes === 0)
    throw new InputError('file-empty', { file }, { expected: 'data', found: 'a gzip file of nothing' });
}

function unreadable(zipped: boolean, error: Error): { expected: string; found: string } {
  return zipped
    ? { expected: 'a whole gzip file', found: `a broken one (${error.message})` }
    : { expected: 'a readable file', found: error.message };
}

/** The first bytes of a file that exists, is a file and is not empty; fewer where the file is shorter. */
export async function readHead(file: string, length: number): Promise<Uint8Array> {
  const status = await statusOf(file);
  if (!status.isFile())
    throw new InputError(
      'file-unreadable',
      { file },
      { expected: 'a file', found: status.isDirectory() ? 'a folder' : 'something else' },
    );
  if (status.size === 0) throw new InputError('file-empty', { file }, { expected: 'data', found: '0 bytes' });
  const handle = await open(file, 'r').catch((error: Error) => {
    throw new InputError('file-unreadable', { file }, { expected: 'a readable file', found: error.message });
  });
  try {
    const buffer = new Uint8Array(length);
    const { bytesRead } = await handle.read(buffer, 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function statusOf(file: string): Promise<Stats> {
  try {
    return await stat(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new InputError('file-missing', { file }, { expected: 'a file', found: 'nothing at this path' });
    throw new InputError('file-unreadable', { file }, { expected: 'a readable file', found: String(code) });
  }
}
