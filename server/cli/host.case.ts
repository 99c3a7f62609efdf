import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { Exit } from './command.ts';
import type { CommandEntry } from './registry.ts';
import { type CliHost, runCli } from './run.ts';

export const NOW = Date.UTC(2026, 5, 17, 12);

export interface Ran {
  readonly exit: Exit;
  readonly out: string;
  readonly err: string;
}

/** The command line without a process: runs `tacit ARGUMENTS` and gives what it said. */
export function cli(commands: readonly CommandEntry[], own: Partial<CliHost> = {}) {
  return async (...argv: string[]): Promise<Ran> => {
    let [out, err] = ['', ''];
    const exit = await runCli(argv, {
      environment: {},
      commands,
      journal: { stage() {}, log() {}, close() {} },
      version: '1.2.3',
      onInterrupt: () => () => {},
      now: () => NOW,
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
      ...own,
    });
    return { exit, out, err };
  };
}

/** A folder for homes, gone when the file's tests are done. */
export function homes(): (name: string) => string {
  const folder = mkdtempSync(join(tmpdir(), 'tacit-cli-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return (name) => join(folder, name);
}
