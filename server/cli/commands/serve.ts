import { Option } from 'commander';
import type { PrivacyMode } from '../../../shared/protocol/consent.ts';
import { type ServeOptions, type Serving, serve } from '../../main.ts';
import { openLog } from '../../monitoring/log.ts';
import { ownCommand } from '../../registry/schedule/job.ts';
import { ScheduleError } from '../../registry/schedule/schedule.ts';
import {
  type CliCommand,
  type CliContext,
  type Options,
  RefusedError,
  UsageError,
  wholeNumber,
} from '../command.ts';

const MODES: readonly PrivacyMode[] = ['off', 'aggregate', 'events'];

export const command: CliCommand = {
  name: 'serve',
  description: 'serve bundles, events and candidates over HTTP',
  interruptible: true,
  configure(command) {
    command
      .option('--port <n>', 'port; 0 takes a free one', wholeNumber(0, 65_535), 8080)
      .option('--host <name>', 'address to listen on', '127.0.0.1')
      .addOption(new Option('--mode <mode>', 'what may go up from devices').choices(MODES).default('off'))
      .option('--origin <url...>', 'pages of these origins may send, beside those served here', [])
      .option('--shop <dir>', "a shop's built pages to serve on the same port")
      .option('--candidates', 'answer for items beyond the shard')
      .option('--proxies <n>', 'trusted proxies in front', wholeNumber(0, 16), 0)
      .option('--train-every <cron>', 'train, judge and publish at these times (UTC), such as "0 3 * * *"')
      .option('--log', 'log every request to standard error');
  },
  async run(options, context) {
    const serving = await serve(serveOptions(options, context)).catch(explain(options));
    const current = serving.home.store.releases.current(context.site);
    const release = current ? { release: current.release, version: current.version } : {};
    return {
      data: {
        url: serving.url,
        site: context.site,
        mode: options['mode'],
        ...release,
        publicKeys: serving.home.keys.publicKeys,
      },
      lines: [
        `${serving.url}`,
        current
          ? `site ${context.site}: release ${current.release}, version ${current.version}, mode ${options['mode']}`
          : `site ${context.site} has no release yet: tacit import, train, publish`,
      ],
      until: untilStopped(serving, context.signal),
    };
  },
};

function serveOptions(options: Options, context: CliContext): ServeOptions {
  const shop = options['shop'];
  const pattern = options['trainEvery'];
  const words = ['--home', context.home, '--site', context.site, 'train', '--warm', '--publish', '--json'];
  return {
    home: context.home,
    site: context.site,
    port: Number(options['port']),
    host: String(options['host']),
    mode: options['mode'] as PrivacyMode,
    origins: options['origin'] as string[],
    candidates: options['candidates'] === true,
    proxies: Number(options['proxies']),
    // Standard output is for the report alone.
    log: openLog(
      options['log'] ? 'debug' : typeof options['trainEvery'] === 'string' ? 'info' : 'warn',
      process.stderr,
    ),
    ...(typeof shop === 'string' ? { shop } : {}),
    ...(typeof pattern === 'string' ? { training: { pattern, command: ownCommand(words) } } : {}),
  };
}

/** A port that is taken or forbidden is the most common reason, and its system message the least clear. */
function explain(options: Options): (error: unknown) => never {
  return (error) => {
    if (error instanceof ScheduleError) throw new UsageError(`serve: --train-every: ${error.message}`);
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const where = `${options['host']}:${options['port']}`;
    if (code === 'EADDRINUSE')
      throw new RefusedError(
        'port-taken',
        `serve: expected ${where} to be free, found it taken; try --port 0`,
      );
    if (code === 'EACCES')
      throw new RefusedError(
        'port-forbidden',
        `serve: expected to be allowed to listen on ${where}, found not`,
      );
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
      throw new RefusedError('no-such-host', `serve: expected an address of this machine, found ${where}`);
    throw error;
  };
}

function untilStopped(serving: Serving, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      serving.close().then(resolve, reject);
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
