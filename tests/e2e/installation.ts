import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { arrangeShop } from '../../scripts/demo/arrange.mjs';
import { root } from '../../scripts/ready.mjs';

const TACIT = join(root, 'dist/server/tacit.js');
export const SITE = 'demo';

const execute = promisify(execFile);

/** Runs one command of the built CLI on a home and returns its JSON. */
export async function tacit(home: string, ...args: string[]): Promise<Record<string, unknown>> {
  const all = [TACIT, '--home', home, '--site', SITE, ...args, '--json'];
  const { stdout } = await execute(process.execPath, all, { cwd: root, maxBuffer: 64e6 });
  return JSON.parse(stdout) as Record<string, unknown>;
}

export interface Installation {
  readonly home: string;
  /** where the real server process listens */
  readonly url: string;
  tacit(...args: string[]): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

export interface InstallationOptions {
  /** a trained and published home; it is copied, never touched */
  readonly from: string;
  readonly serverMode: 'off' | 'events';
  readonly shopMode: 'off' | 'events';
  /** ms between a page's looks for a new release */
  readonly refreshEvery?: number;
}

/** One shop of its own: a copy of the home, the built pages arranged for it, and the server as a process. */
export async function install(options: InstallationOptions): Promise<Installation> {
  const folder = mkdtempSync(join(tmpdir(), 'tacit-e2e-'));
  const home = join(folder, 'home');
  const shop = join(folder, 'shop');
  cpSync(options.from, home, { recursive: true });
  const { refreshEvery } = options;
  await arrangeShop({
    home,
    site: SITE,
    folder: shop,
    mode: options.shopMode,
    ...(refreshEvery === undefined ? {} : { refreshEvery }),
  });
  const { child, url } = await serve(home, shop, options.serverMode);
  return {
    home,
    url,
    tacit: (...args) => tacit(home, ...args),
    async close() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const START_DEADLINE = 30_000;

function serve(home: string, shop: string, mode: string): Promise<{ child: ChildProcess; url: string }> {
  const args = [
    TACIT,
    '--home',
    home,
    '--site',
    SITE,
    'serve',
    '--port',
    '0',
    '--mode',
    mode,
    '--shop',
    shop,
  ];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`tacit serve ${why}; it said:\n${said}`));
    const late = setTimeout(() => fail('gave no address'), START_DEADLINE);
    const listen = (chunk: Buffer) => {
      said += chunk.toString();
      const url = /https?:\/\/[\w.[\]:]+:\d+/.exec(said)?.[0];
      if (url === undefined) return;
      clearTimeout(late);
      resolve({ child, url });
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('exit', (code) => fail(`ended with ${code}`));
  });
}
