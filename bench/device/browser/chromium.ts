import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium } from 'playwright';
import { needChromium } from '../../../scripts/browser.mjs';

export interface OpenBrowser {
  readonly browser: Browser;
  close(): Promise<void>;
}

export interface BrowserOptions {
  /** pins all of its processes to this core: they inherit it from the first */
  readonly core?: number;
  readonly args?: readonly string[];
}

/** Chromium without a screen. */
export async function openChromium({ core, args: own = [] }: BrowserOptions = {}): Promise<OpenBrowser> {
  const { executablePath, args } = await needChromium();
  const folder = mkdtempSync(join(tmpdir(), 'tacit-bench-browser-'));
  const start = core === undefined ? executablePath : pinned(folder, executablePath, core);
  const browser = await chromium.launch({ executablePath: start, args: [...args, ...own], timeout: 60_000 });
  return {
    browser,
    async close() {
      await browser.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface OpenProfile {
  readonly context: BrowserContext;
  close(): Promise<void>;
}

/**
 * A browser as a shopper has it, who keeps what pages store: the other contexts are private ones, whose files and databases
 * lie in the memory of another process.
 */
export async function openProfile(): Promise<OpenProfile> {
  const found = await needChromium();
  const folder = mkdtempSync(join(tmpdir(), 'tacit-bench-profile-'));
  const context = await chromium.launchPersistentContext(folder, { ...found, timeout: 60_000 });
  return {
    context,
    async close() {
      await context.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** A program that starts another on one core (`taskset` of util-linux). */
function pinned(folder: string, program: string, core: number): string {
  const file = join(folder, 'pinned.sh');
  writeFileSync(file, `#!/bin/sh\nexec taskset -c ${core} "${program}" "$@"\n`);
  chmodSync(file, 0o755);
  return file;
}
