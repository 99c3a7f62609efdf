import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { InputError } from '../catalogue/input.ts';
import { type CliCommand, type CliContext, EXIT, RefusedError, UsageError, wholeNumber } from './command.ts';
import { cli } from './host.case.ts';
import { COMMANDS, type CommandEntry } from './registry.ts';

function entry(own: Partial<CliCommand>): CommandEntry {
  const command: CliCommand = {
    name: 'say',
    description: 'says it',
    configure() {},
    run: async () => ({ data: { said: true }, lines: ['said', 'twice'] }),
    ...own,
  };
  return { name: command.name, description: command.description, load: async () => ({ command }) };
}

/** What a command that is called gets. */
async function contextOf(argv: string[], environment: Record<string, string> = {}): Promise<CliContext> {
  let seen: CliContext | undefined;
  const spy = entry({
    configure: (command) => void command.argument('[words...]'),
    async run(_options, context) {
      seen = context;
      return { data: {}, lines: [] };
    },
  });
  const { err } = await cli([spy], { environment })(...argv);
  if (!seen) throw new Error(err);
  return seen;
}

describe('what a command says', () => {
  it('is lines for people', async () => {
    expect(await cli([entry({})])('say')).toEqual({ exit: EXIT.OK, out: 'said\ntwice\n', err: '' });
  });

  it('is one JSON object and nothing else with --json, before or after the command', async () => {
    for (const argv of [
      ['--json', 'say'],
      ['say', '--json'],
    ])
      expect(await cli([entry({})])(...argv)).toEqual({ exit: 0, out: '{"said":true}\n', err: '' });
  });

  it('can be a refusal of its own', async () => {
    const refusing = entry({ run: async () => ({ data: {}, lines: [], exit: EXIT.REFUSED }) });
    expect((await cli([refusing])('say')).exit).toBe(EXIT.REFUSED);
  });

  it('is printed before a command that goes on ends', async () => {
    const order: string[] = [];
    let end = (): void => {};
    const until = new Promise<void>((resolve) => {
      end = resolve;
    });
    const serving = entry({ run: async () => ({ data: {}, lines: ['listening'], until }) });
    const running = cli([serving], { out: (text) => void order.push(text.trim()) })('say');
    await new Promise((resolve) => setTimeout(resolve, 10));
    order.push('stopped');
    end();
    expect((await running).exit).toBe(EXIT.OK);
    expect(order).toEqual(['listening', 'stopped']);
  });
});

describe('a failure', () => {
  const failing = (error: unknown) =>
    cli([
      entry({
        run: async () => {
          throw error;
        },
      }),
    ]);
  const place = { file: 'a.csv', line: 3, column: 'price' };

  it.each([
    [new UsageError('--x: no'), EXIT.USAGE, 'usage'],
    [new RefusedError('gate', 'not good enough'), EXIT.REFUSED, 'gate'],
    [new InputError('value', place, { expected: 'a number', found: '"x"' }), EXIT.REFUSED, 'value'],
    [Object.assign(new Error('disk full'), { code: 'ENOSPC' }), EXIT.FAILED, 'ENOSPC'],
    [new Error('broken'), EXIT.FAILED, 'failed'],
    ['thrown text', EXIT.FAILED, 'failed'],
  ])('of the kind %s has its exit code', async (error, exit, code) => {
    const plain = await failing(error)('say');
    expect(plain).toMatchObject({ exit, out: '' });
    expect(plain.err).toMatch(/^tacit: [^\n]+\n$/);
    const json = await failing(error)('say', '--json');
    expect(JSON.parse(json.out)).toMatchObject({ error: { code } });
    expect(json.out.trim().split('\n')).toHaveLength(1);
  });

  it('in a file names file, line, column, expected and found', async () => {
    const { out, err } = await failing(
      new InputError('value', place, { expected: 'a number', found: '"x"' }),
    )('say', '--json');
    expect(err).toBe('tacit: a.csv:3, column price: expected a number, found "x"\n');
    expect(JSON.parse(out)).toEqual({
      error: {
        code: 'value',
        message: 'a.csv:3, column price: expected a number, found "x"',
        ...{ file: 'a.csv', line: 3, column: 'price', expected: 'a number', found: '"x"' },
      },
    });
  });

  it('of several lines is one line', async () => {
    expect((await failing(new Error('one\n  two'))('say')).err).toBe('tacit: one; two\n');
  });
});

describe('a command line that cannot be understood', () => {
  const numbered = entry({
    configure: (command) => void command.option('--n <n>', 'a number', wholeNumber(1, 9)),
  });

  it.each([
    [[], 'no command given'],
    [['sing'], "unknown command 'sing'"],
    [['say', '--loud'], "unknown option '--loud'"],
    [['say', '--n', '12'], 'expected a whole number from 1 to 9, found "12"'],
    [['say', '--n', '1.5'], 'expected a whole number from 1 to 9, found "1.5"'],
    [['say', 'more'], 'too many arguments'],
    [['--site', 'My Shop', 'say'], 'found "My Shop"'],
  ])('%j ends with usage', async (argv, words) => {
    const { exit, err, out } = await cli([numbered])(...argv);
    expect([exit, out]).toEqual([EXIT.USAGE, '']);
    expect(err).toContain(words);
    expect(err.trim().split('\n')).toHaveLength(1);
  });
});

describe('what every command is given', () => {
  it('is .tacit here and the site demo, unless told', async () => {
    const { home, site, json, args } = await contextOf(['say']);
    expect({ home, site, json, args }).toEqual({
      home: resolve('.tacit'),
      site: 'demo',
      json: false,
      args: [],
    });
  });

  it('is --home before TACIT_HOME before the default', async () => {
    const environment = { TACIT_HOME: '/srv/env' };
    expect((await contextOf(['say'], environment)).home).toBe('/srv/env');
    expect((await contextOf(['--home', '/srv/flag', 'say'], environment)).home).toBe('/srv/flag');
    expect((await contextOf(['say', '--home', '/srv/flag'], environment)).home).toBe('/srv/flag');
  });

  it('is its arguments in order', async () => {
    expect((await contextOf(['--site', 'shop', 'say', 'b', 'a', '--json'])).args).toEqual(['b', 'a']);
  });
});

describe('an interrupt', () => {
  it('reaches a command that watches for it, and ends the process as interrupted', async () => {
    let stop = (): void => {};
    const watching = entry({
      interruptible: true,
      run: async (_options, { signal }) => {
        stop();
        signal.throwIfAborted();
        return { data: {}, lines: [] };
      },
    });
    let left = false;
    const onInterrupt = (listener: () => void) => {
      stop = listener;
      return () => {
        left = true;
      };
    };
    const { exit } = await cli([watching], { onInterrupt })('say');
    expect([exit, left]).toEqual([EXIT.INTERRUPTED, true]);
  });
});

describe('help', () => {
  it('names every command and loads none', async () => {
    const unloadable = COMMANDS.map((one) => ({ ...one, load: () => Promise.reject(new Error(one.name)) }));
    const { exit, out } = await cli(unloadable)('--help');
    expect(exit).toBe(EXIT.OK);
    for (const { name } of COMMANDS) expect(out).toContain(`  ${name} `);
    expect(out).toContain('Exit codes: 0 done, 1 failed, 2 wrong usage, 3 refused');
  });

  it('of a command shows its options', async () => {
    const optioned = entry({ configure: (command) => void command.option('--loud', 'louder') });
    for (const argv of [
      ['say', '--help'],
      ['help', 'say'],
    ])
      expect((await cli([optioned])(...argv)).out).toContain('--loud');
  });

  it('is not needed to ask for the version', async () => {
    expect((await cli([])('--version')).out).toBe('1.2.3\n');
  });
});
