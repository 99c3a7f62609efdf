import { openHome } from '../../home.ts';
import { rollback } from '../../publish/publish.ts';
import { mirrorRun } from '../../registry/mlflow/mirror.ts';
import type { CliCommand } from '../command.ts';
import { withMirror } from '../promotion.ts';
import { releaseReport } from '../release-report.ts';

export const command: CliCommand = {
  name: 'rollback',
  description: 'release an earlier release again, under a higher version',
  configure(command) {
    command.option('--to <id>', 'a release or run; the one before the current where left out');
  },
  async run(options, context) {
    const home = openHome(context.home);
    try {
      const around = { store: home.store, artifacts: home.artifacts, keys: home.keys, now: context.now };
      const to = options['to'];
      const released = await rollback(around, {
        site: context.site,
        ...(typeof to === 'string' ? { to } : {}),
      });
      const mirrored = await mirrorRun(around, context, released.run);
      return withMirror(releaseReport(context.site, released), mirrored);
    } finally {
      home.close();
    }
  },
};
