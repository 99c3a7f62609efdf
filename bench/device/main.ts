import { tellOnStderr } from './measure/progress.ts';
import { OptionError, readOptions } from './options.ts';
import { planOf } from './plan.ts';
import { writeHtml } from './report/html.ts';
import { asJson } from './report/keys.ts';
import { printResults } from './report/table.ts';
import { runBench } from './run.ts';

/** `npm run bench:device`: runs, prints, draws. */
export async function main(args: readonly string[]): Promise<void> {
  try {
    const options = readOptions(args);
    const clock = () => performance.now();
    const tell = tellOnStderr(clock);
    const results = await runBench(planOf(options), clock, tell);
    await writeHtml(results, options.html);
    tell(`plots: ${options.html}`);
    if (results.failures.length > 0) process.exitCode = 1;
    process.stdout.write(options.json ? `${JSON.stringify(asJson(results))}\n` : printResults(results));
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  }
}
