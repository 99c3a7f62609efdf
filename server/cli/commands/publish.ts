import { openHome } from '../../home.ts';
import { publish } from '../../publish/publish.ts';
import type { CliCommand } from '../command.ts';
import { releaseReport } from '../release-report.ts';

export const command: CliCommand = {
  name: 'publish',
  description: 'sign a recorded run as the next release',
  configure(command) {
    command.option('--run <id>', 'which run; the latest where left out');
  },
  async run(options, context) {
    const home = openHome(context.home);
    try {
      const around = { store: home.store, artifacts: home.artifacts, keys: home.keys, now: context.now };
      const run = options['run'];
      const released = await publish(around, {
        site: context.site,
        ...(typeof run === 'string' ? { run } : {}),
      });
      return releaseReport(context.site, released);
    } finally {
      home.close();
    }
  },
};
