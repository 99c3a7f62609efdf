import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { eventsUrl } from '../../shared/protocol/routes.ts';
import type { WireEvent } from '../../shared/protocol/sync.ts';
import { openHome } from '../home.ts';
import { ackOf, eventBatch, SITE, wireEvent } from '../serving.case.ts';
import { openDatabase } from '../store/sqlite.ts';

const ENTRY = fileURLToPath(new URL('./process.case.ts', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Builds the server once, so that two hundred starts are quick and all of the same code. @returns the program's path */
export async function buildProcess(folder: string): Promise<string> {
  const outDir = join(folder, 'program');
  await build({
    ...{ root: ROOT, configFile: false, logLevel: 'warn', publicDir: false },
    build: {
      ssr: ENTRY,
      emptyOutDir: false,
      outDir,
      target: 'node20',
      rolldownOptions: { output: { entryFileNames: 'program.js' } },
    },
  });
  writeFileSync(join(outDir, 'package.json'), '{"type":"module"}');
  symlinkSync(join(ROOT, 'node_modules'), join(outDir, 'node_modules'));
  return join(outDir, 'program.js');
}

export interface Running {
  readonly url: string;
  readonly pid: number;
  kill(): Promise<void>;
}

/** @param fileLimit KiB that no file of the process may grow beyond: writes fail then, as on a full disk */
export async function startProcess(
  program: string,
  { home, mode, fileLimit }: { home: string; mode: 'careful' | 'careless'; fileLimit?: number },
): Promise<Running> {
  const command = [process.execPath, program, home, mode];
  const limited =
    fileLimit === undefined ? [] : ['bash', '-c', `ulimit -S -f ${fileLimit}; exec "$@"`, 'bash'];
  const [first = '', ...rest] = [...limited, ...command];
  const child = spawn(first, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await firstLine(child);
  return {
    url,
    pid: child.pid ?? 0,
    async kill() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) =>
      reject(new Error(`the server ended with ${code} before it said where it is`)),
    );
    child.stdout?.once('data', (chunk) => resolve(String(chunk).trim()));
  });
}

/** What clients know and what the disk holds, after the last kill. */
export interface Outcome {
  readonly kills: number;
  /** ids that a server acknowledged, each once */
  readonly acknowledged: number;
  /** acknowledged, and not there */
  readonly lost: number;
  /** rows beyond one an id, of events and of the interactions that follow from them */
  readonly doubled: number;
  readonly retries: number;
  readonly integrity: unknown;
}

/**
 * Kills a server again and again while clients send and retry what was not acknowledged, as devices do.
 * @param uptime ms that a server lives after its start, by how many were killed
 */
export async function killRepeatedly(plan: {
  program: string;
  home: string;
  kills: number;
  clients: number;
  mode: 'careful' | 'careless';
  uptime: (kill: number) => number;
}): Promise<Outcome> {
  const opened = openHome(plan.home);
  const { write } = opened.keys.access(SITE);
  opened.close();
  const state = { url: '', done: false, retries: 0, acknowledged: new Set<string>() };
  const clients = Array.from({ length: plan.clients }, (_, i) => client(state, write, i));
  for (let kill = 0; kill < plan.kills; kill++) {
    const server = await startProcess(plan.program, plan);
    state.url = server.url;
    await pause(plan.uptime(kill));
    await server.kill();
  }
  state.done = true;
  const last = await startProcess(plan.program, plan);
  state.url = last.url;
  await Promise.all(clients);
  await last.kill();
  const { acknowledged, retries } = state;
  return { kills: plan.kills, acknowledged: acknowledged.size, retries, ...inspect(plan.home, acknowledged) };
}

/** A device's outbox is bounded, too. */
const MOST_WAITING = 100;

/** Sends batches and, until told to end, mints more; ends when all it has was acknowledged. */
async function client(
  state: { url: string; done: boolean; retries: number; acknowledged: Set<string> },
  key: string,
  seed: number,
): Promise<void> {
  let outbox: WireEvent[] = [];
  for (let round = 0; !state.done || outbox.length > 0; round++) {
    const minting = !state.done && outbox.length < MOST_WAITING;
    if (minting) for (let n = 0; n <= (round * 7 + seed) % 9; n++) outbox.push(wireEvent());
    const batch = outbox.slice(0, 50);
    try {
      const sent = await fetch(eventsUrl(state.url, SITE, key), {
        method: 'POST',
        body: JSON.stringify(eventBatch(batch)),
      });
      const { accepted, duplicates } = await ackOf(sent);
      const settled = new Set<string>([...accepted, ...duplicates]);
      for (const id of settled) state.acknowledged.add(id);
      outbox = outbox.filter((event) => !settled.has(event.event_id));
    } catch {
      state.retries++;
      await pause(10);
    }
  }
}

function inspect(home: string, acknowledged: ReadonlySet<string>) {
  const db = openDatabase(join(home, 'tacit.db'));
  const events = db.all(db.query.selectFrom('event').select('event_id'));
  const rows = db.all(db.query.selectFrom('interaction').select('key'));
  const integrity = db.pragma('integrity_check');
  db.close();
  const stored = new Set(events.map((event) => event.event_id));
  const lost = [...acknowledged].filter((id) => !stored.has(id as never)).length;
  return { lost, doubled: events.length - stored.size + (rows.length - stored.size), integrity };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
