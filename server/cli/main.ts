import { cliJournal } from './journal.ts';
import { COMMANDS } from './registry.ts';
import { type CliHost, runCli } from './run.ts';
import { packageVersion } from './version.ts';

/** `tacit` as a process: standard streams, signals and exit code around `runCli`. */
const argv = process.argv.slice(2);

// A library that greets on stdout would break the promise of --json: one object, nothing else.
if (argv.includes('--json')) console.log = console.info = console.debug = console.error;

// A reader that has seen enough (`| head`) closes the pipe: that is an end, not a failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const host: CliHost = {
  environment: process.env,
  commands: COMMANDS,
  journal: cliJournal(process.stderr),
  version: packageVersion(import.meta.url),
  onInterrupt(stop) {
    let asked = 0;
    const listener = (): void => {
      // A second Ctrl-C means now; a repeat within a second is the first one, passed on by a parent process.
      if (asked > 0 && Date.now() - asked > 1000) process.exit(130);
      asked ||= Date.now();
      stop();
    };
    process.on('SIGINT', listener).on('SIGTERM', listener);
    return () => process.off('SIGINT', listener).off('SIGTERM', listener);
  },
  now: Date.now,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
};

const exit = await runCli(argv, host);
// Nothing may hold the process once its work is done, but what was printed must reach its reader first.
process.stdout.write('', () => process.exit(exit));
