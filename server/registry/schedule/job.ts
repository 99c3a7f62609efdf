import { spawn } from 'node:child_process';

/** What came of one scheduled training. */
export interface JobOutcome {
  readonly outcome: 'published' | 'refused' | 'failed' | 'stopped';
  readonly detail: string;
  readonly run?: string;
  readonly release?: string;
}

/** The command line that trains and publishes: this process' own script, as it was started. */
export interface JobCommand {
  readonly program: string;
  readonly arguments: readonly string[];
}

/** How this very process was started, with other words after it. */
export const ownCommand = (words: readonly string[]): JobCommand => ({
  program: process.execPath,
  arguments: [...process.execArgv, process.argv[1] ?? '', ...words],
});

/** Long enough for a kill to be the child's own end. */
const GRACE = 10_000;

/**
 * Trains in a process of its own: what it needs of memory and time is not the server's. `stop` ends it: first by SIGTERM, then
 * by SIGKILL. A run is recorded whole or not at all, so that it may be ended anywhere.
 */
export function startJob({ program, arguments: words }: JobCommand): {
  readonly ended: Promise<JobOutcome>;
  stop(): Promise<void>;
} {
  const child = spawn(program, [...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.on('data', (text: Buffer) => {
    out += text.toString('utf8');
  });
  child.stderr.on('data', (text: Buffer) => {
    err = (err + text.toString('utf8')).slice(-2000);
  });
  let stopping = false;
  const ended = new Promise<JobOutcome>((resolve) => {
    child.once('error', (error) => resolve({ outcome: 'failed', detail: error.message }));
    child.once('close', (code) => {
      resolve(
        stopping ? { outcome: 'stopped', detail: 'stopped with the server' } : outcomeOf(code, out, err),
      );
    });
  });
  return {
    ended,
    async stop() {
      stopping = true;
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), GRACE);
      await ended;
      clearTimeout(late);
    },
  };
}

interface Said {
  readonly run?: string;
  readonly release?: { readonly release?: string };
  readonly error?: {
    readonly code?: string;
    readonly message?: string;
    readonly verdict?: { readonly run?: string };
  };
}

const REFUSED = 3;

/** What the command's one JSON object and its exit code say together. */
function outcomeOf(code: number | null, out: string, err: string): JobOutcome {
  const said = parsed(out);
  const release = said?.release?.release;
  if (code === 0 && said?.run !== undefined)
    return {
      outcome: 'published',
      detail: `${said.run} is published`,
      run: said.run,
      ...(release === undefined ? {} : { release }),
    };
  const detail = said?.error?.message ?? (err.trim().split('\n').at(-1) || `ended with ${code}`);
  const run = said?.error?.verdict?.run;
  return { outcome: code === REFUSED ? 'refused' : 'failed', detail, ...(run === undefined ? {} : { run }) };
}

function parsed(text: string): Said | undefined {
  try {
    return JSON.parse(text) as Said;
  } catch {
    return undefined;
  }
}
