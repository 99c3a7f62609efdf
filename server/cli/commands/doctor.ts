import { type Home, openHome } from '../../home.ts';
import { type CliCommand, type CliContext, EXIT } from '../command.ts';
import { type Check, examine, type Finding } from '../doctor/finding.ts';
import {
  currentRelease,
  hasHome,
  hasSigningKey,
  homeFolder,
  releasedFiles,
  secretKeys,
  storedData,
} from '../doctor/installation.ts';
import { browser, diskSpace, kernel, nodeVersion, sqlite } from '../doctor/machine.ts';

export const command: CliCommand = {
  name: 'doctor',
  description: 'check this machine and this home folder',
  configure() {},
  async run(_options, context) {
    const machine = await examine([
      nodeVersion(process.version),
      sqlite,
      kernel,
      diskSpace(context.home),
      browser(context.environment),
      homeFolder(context.home),
      secretKeys(context.home),
    ]);
    const findings = [...machine, ...(await examineHome(context))];
    const failed = findings.filter((finding) => finding.status === 'fail').length;
    const warned = findings.filter((finding) => finding.status === 'warn').length;
    return {
      data: { ok: failed === 0, failed, warned, findings },
      lines: [
        ...findings.flatMap(shown),
        failed === 0 ? 'nothing is broken' : `${failed} of ${findings.length} checks failed`,
      ],
      exit: failed === 0 ? EXIT.OK : EXIT.FAILED,
    };
  },
};

/** Only a home that exists is opened: a doctor changes nothing. */
async function examineHome(context: CliContext): Promise<Finding[]> {
  if (!hasHome(context.home) || !hasSigningKey(context.home)) return [];
  let home: Home | undefined;
  const store: Check = {
    name: 'store',
    advice: 'restore tacit.db from a backup, or import anew into another --home',
    run() {
      home = openHome(context.home);
      return { status: 'ok', found: 'opens, newest schema' };
    },
  };
  const findings = await examine([store]);
  if (!home) return findings;
  try {
    const about = { site: context.site, now: context.now() };
    const checks = [
      storedData(home, context.site),
      currentRelease(home, about),
      releasedFiles(home, context.site),
    ];
    return [...findings, ...(await examine(checks))];
  } finally {
    home.close();
  }
}

function shown({ check, status, found, advice }: Finding): string[] {
  const line = `${status.padEnd(4)}  ${check.padEnd(10)} ${found}`;
  return advice ? [line, `${' '.repeat(17)}${advice}`] : [line];
}
