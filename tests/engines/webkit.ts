import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { findWebKit } from '../../scripts/browser.mjs';
import type { BrowserEngine, Tab } from './tab.ts';
import { until } from './tab.ts';

/** WebKitGTK's MiniBrowser behind its own driver, by plain W3C WebDriver; undefined where one of the three is missing. */
export async function openWebKit(): Promise<BrowserEngine | undefined> {
  const found = findWebKit();
  if (found === undefined) return undefined;
  const screen = await startScreen(found.xvfb);
  const port = await freePort();
  const driver = spawn(found.driver, [`--port=${port}`], {
    env: { ...process.env, DISPLAY: screen.display, WEBKIT_DISABLE_COMPOSITING_MODE: '1' },
    stdio: 'ignore',
  });
  const base = `http://127.0.0.1:${port}`;
  await until(
    () =>
      fetch(`${base}/status`).then(
        (response) => response.ok,
        () => false,
      ),
    (answers) => answers,
  );
  return {
    name: 'WebKitGTK',
    open: () => openSession(base, found.browser),
    async close() {
      await ended(driver);
      await ended(screen.process);
    },
  };
}

async function openSession(base: string, binary: string): Promise<Tab> {
  const capabilities = {
    alwaysMatch: {
      'webkitgtk:browserOptions': { binary, args: ['--automation'] },
      timeouts: { script: 120_000 },
    },
  };
  const { sessionId } = (await command(`${base}/session`, { capabilities })) as { sessionId: string };
  const session = `${base}/session/${sessionId}`;
  return {
    goto: async (url) => void (await command(`${session}/url`, { url })),
    async evaluate<T>(body: string) {
      // The driver knows no promises: the answer comes through a callback, a failure as a value.
      const script = `const answer = arguments[arguments.length - 1];
        (async () => {${body}})().then(
          (value) => answer({ value: value === undefined ? null : value }),
          (error) => answer({ error: String(error) + ' ' + (error && error.stack) }));`;
      const said = (await command(`${session}/execute/async`, { script, args: [] })) as Said<T>;
      if ('error' in said) throw new Error(said.error);
      return said.value;
    },
    close: async () => void (await fetch(session, { method: 'DELETE' })),
  };
}

type Said<T> = { readonly value: T } | { readonly error: string };

async function command(url: string, body: unknown): Promise<unknown> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  const { value } = (await response.json()) as { value: unknown };
  if (!response.ok) throw new Error(`${new URL(url).pathname}: ${JSON.stringify(value)}`);
  return value;
}

interface Screen {
  readonly process: ChildProcess;
  readonly display: string;
}

/** MiniBrowser has no headless mode; the server chooses a free display and says which. */
function startScreen(xvfb: string): Promise<Screen> {
  const child = spawn(xvfb, ['-displayfd', '3', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`Xvfb ended with ${code}`)));
    child.stdio[3]?.once('data', (said: Buffer) =>
      resolve({ process: child, display: `:${said.toString().trim()}` }),
    );
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}
