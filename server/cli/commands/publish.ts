import { openHome } from '../../home.ts';
import type { CliCommand } from '../command.ts';
import { gateOptions } from '../gate-report.ts';
import { promoted } from '../promotion.ts';

export const command: CliCommand = {
  name: 'publish',
  description: 'judge a recorded run and sign it as the next release',
  configure(command) {
    gateOptions(command.option('--run <id>', 'which run; the latest where left out'));
  },
  async run(options, context) {
    const home = openHome(context.home);
    try {
      const run = options['run'];
      return await promoted(home, options, { ...context, ...(typeof run === 'string' ? { run } : {}) });
    } finally {
      home.close();
    }
  },
};
