import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Golden } from '../../../shared/protocol/manifest.ts';
import type { ParityAnswer, ParityLevel } from './answers.ts';

/** What the page is told to load. */
export type ParityJob = readonly {
  readonly level: ParityLevel['level'];
  readonly golden: Golden;
  readonly files: readonly { readonly role: string; readonly path: string }[];
}[];

const PAGE = '<!doctype html><title>parity</title><script type="module" src="/page.js"></script>';
const ARGUMENTS = [
  ...['--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-sync'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-dev-shm-usage'],
];

/** The page's script as the build makes it: beside the CLI's own files, or in a checkout's dist; undefined: not built. */
export function findPageScript(from: string = import.meta.url): string | undefined {
  for (let folder = dirname(fileURLToPath(from)); ; folder = dirname(folder)) {
    const near = [join(folder, 'tacit-parity.js'), join(folder, 'dist/server/tacit-parity.js')];
    const found = near.find((file) => existsSync(file));
    if (found !== undefined || dirname(folder) === folder) return found;
  }
}

/**
 * The same answers from a real browser, which loads the release from a server on this machine's loopback and is stopped
 * once it has answered.
 * @throws Error where it ends or is silent for `patience` ms
 */
export async function browserAnswers(
  levels: readonly ParityLevel[],
  {
    chromium,
    script,
    patience,
  }: { readonly chromium: string; readonly script: string; readonly patience: number },
): Promise<ParityAnswer[]> {
  const profile = mkdtempSync(join(tmpdir(), 'tacit-parity-'));
  let answered = (_: ParityAnswer[]): void => {};
  const answers = new Promise<ParityAnswer[]>((resolve) => {
    answered = resolve;
  });
  const server = await listen(jobServer(levels, readFileSync(script), answered));
  const { port } = server.address() as AddressInfo;
  const browser = spawn(chromium, [...ARGUMENTS, `--user-data-dir=${profile}`, `http://127.0.0.1:${port}/`], {
    stdio: 'ignore',
    detached: true,
  });
  let late: NodeJS.Timeout | undefined;
  const trouble = new Promise<never>((_, reject) => {
    browser.once('error', reject);
    browser.once('exit', (code) =>
      reject(new Error(`the browser ended by itself (${code}) without an answer`)),
    );
    late = setTimeout(() => reject(new Error(`no answer within ${patience / 1000} s`)), patience);
  });
  // Whoever ends this process ends the browser with it.
  const signalled = (signal: NodeJS.Signals): void => {
    endGroup(browser);
    process.kill(process.pid, signal);
  };
  process.once('SIGTERM', signalled).once('SIGINT', signalled);
  try {
    return await Promise.race([answers, trouble]);
  } finally {
    process.off('SIGTERM', signalled).off('SIGINT', signalled);
    clearTimeout(late);
    trouble.catch(() => {});
    await stop(browser);
    server.closeAllConnections();
    server.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

async function stop(browser: ReturnType<typeof spawn>): Promise<void> {
  if (browser.pid === undefined || browser.exitCode !== null) return;
  const ended = new Promise((resolve) => browser.once('exit', resolve));
  endGroup(browser);
  await ended;
}

/** The browser with all of its processes: it was given a group of its own. */
function endGroup({ pid, exitCode }: ReturnType<typeof spawn>): void {
  if (pid !== undefined && exitCode === null) process.kill(-pid, 'SIGKILL');
}

function jobServer(
  levels: readonly ParityLevel[],
  script: Uint8Array,
  answered: (of: ParityAnswer[]) => void,
): Server {
  const bodies = new Map<string, { type: string; body: Uint8Array | string }>([
    ['/', { type: 'text/html', body: PAGE }],
    ['/page.js', { type: 'text/javascript', body: script }],
  ]);
  const job: ParityJob = levels.map(({ level, golden, files }) => ({
    level,
    golden,
    files: [...files].map(([role, body]) => {
      const path = `/files/${level}/${role}`;
      bodies.set(path, { type: 'application/octet-stream', body });
      return { role, path };
    }),
  }));
  bodies.set('/job', { type: 'application/json', body: JSON.stringify(job) });
  return createServer((request, response) => {
    if (request.method === 'POST' && request.url === '/answers') {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        response.end();
        answered(JSON.parse(Buffer.concat(chunks).toString('utf8')) as ParityAnswer[]);
      });
      return;
    }
    const found = bodies.get(request.url ?? '');
    response.writeHead(found ? 200 : 404, { 'Content-Type': found?.type ?? 'text/plain' });
    response.end(found?.body);
  });
}

function listen(server: Server): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}
