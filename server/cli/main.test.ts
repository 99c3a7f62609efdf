import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { scratch } from '../catalogue/scratch.case.ts';
import { EXIT } from './command.ts';
import { homes } from './host.case.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const tsx = pathToFileURL(join(root, 'node_modules/tsx/dist/esm/index.mjs')).href;
const write = scratch();
const home = homes();

function start(...argv: string[]): ChildProcess {
  return spawn(process.execPath, ['--import', tsx, join(root, 'server/cli/main.ts'), ...argv], {
    env: { ...process.env, TACIT_HOME: home('process') },
  });
}

async function finished(child: ChildProcess): Promise<{ code: number | null; out: string; err: string }> {
  const said = { out: '', err: '' };
  child.stdout?.on('data', (bytes) => {
    said.out += bytes;
  });
  child.stderr?.on('data', (bytes) => {
    said.err += bytes;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, ...said };
}

describe('tacit as a process', () => {
  it('prints one JSON object on stdout and nothing on stderr, in a pipe', async () => {
    const file = write('items.csv', 'id,title\nbowl,Bowl\n');
    const { code, out, err } = await finished(start('import', file, '--json'));
    expect([code, err]).toEqual([EXIT.OK, '']);
    expect(out.trim().split('\n')).toHaveLength(1);
    expect(JSON.parse(out)).toMatchObject({ format: 'items', kept: 1 });
  });

  it('ends with the exit code of its failure, one line on stderr', async () => {
    const { code, out, err } = await finished(start('import', 'nowhere.csv'));
    expect([code, out]).toEqual([EXIT.REFUSED, '']);
    expect(err).toBe('tacit: nowhere.csv: expected a file, found nothing at this path\n');
  });

  it('serves until Ctrl-C, and then ends well', async () => {
    const child = start('serve', '--port', '0');
    const address = new Promise<string>((resolve) =>
      child.stdout?.once('data', (bytes) => resolve(`${bytes}`)),
    );
    const ending = finished(child);
    const [url = ''] = (await address).split('\n');
    expect((await fetch(`${url}/livez`)).status).toBe(200);
    child.kill('SIGINT');
    expect((await ending).code).toBe(EXIT.OK);
  });

  it('does not mind a reader that has seen enough', async () => {
    const child = start('--help');
    child.stdout?.destroy();
    expect((await finished(child)).code).toBe(EXIT.OK);
  });
});
