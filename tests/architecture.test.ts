import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { root } from '../scripts/ready.mjs';
import { circles, hostWords, inexact, read, strayPackages, wrongWay } from './architecture.ts';

const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.ts'], {
  cwd: root,
  encoding: 'utf8',
});
const paths = listed.split('\n').filter((path) => path !== '' && !path.includes('/assembly/'));
const everything = read(root, paths);
const shipped = everything.filter(({ path }) => !/\.(test|case|bench)\.ts$|\.d\.ts$|^tests\//.test(path));

describe('the house', () => {
  it('has imports that go one way only', () => expect(wrongWay(shipped)).toEqual([]));
  it('has one home for each package that reaches into a runtime', () =>
    expect(strayPackages(shipped)).toEqual([]));
  it('has no circles', () => expect(circles(shipped)).toEqual([]));
  it('hands clocks, randomness and hosts in as arguments', () => expect(hostWords(shipped)).toEqual([]));
  it('computes the funnel with exact functions alone', () => expect(inexact(shipped)).toEqual([]));
  it('has no file whose name says nothing', () => {
    expect(paths.filter((path) => /(^|\/)(utils?|helpers?|types|misc|common)\.ts$/.test(path))).toEqual([]);
  });
  it('has no file that is more than one thing', () => {
    const long = shipped.filter(({ text }) => text.split('\n').length > 350).map(({ path }) => path);
    expect(long).toEqual([]);
  });
});

describe('the rules bite', () => {
  const file = (path: string, text: string) => [{ path, text }];
  it('on a wrong-way import', () => {
    expect(wrongWay(file('shared/engine/x.ts', "import { a } from '../../server/a.ts';"))).toHaveLength(1);
    expect(wrongWay(file('client/x.ts', "import type { A } from '../worker/main.ts';"))).toHaveLength(1);
    expect(wrongWay(file('demo/x.ts', "import { a } from '../client/tail.ts';"))).toHaveLength(1);
    expect(wrongWay(file('demo/x.ts', "import { a } from '../client/index.ts';"))).toHaveLength(0);
  });
  it('on a package outside its home', () => {
    expect(strayPackages(file('client/x.ts', "import { openDB } from 'idb';"))).toHaveLength(1);
    expect(strayPackages(file('client/x.ts', "const a = await import('idb');"))).toHaveLength(1);
  });
  it('on a clock, on randomness and on an inexact function', () => {
    expect(hostWords(file('shared/x.ts', 'const now = Date.now();'))).toHaveLength(1);
    expect(hostWords(file('shared/x.ts', '// never Date.now() here'))).toHaveLength(0);
    expect(inexact(file('shared/engine/x.ts', 'const a = Math.log(2);'))).toHaveLength(1);
  });
  it('on a circle', () => {
    const a = { path: 'shared/a.ts', text: "import { b } from './b.ts';" };
    const b = { path: 'shared/b.ts', text: "import { a } from './a.ts';" };
    const typed = { path: 'shared/b.ts', text: "import type { a } from './a.ts';" };
    expect(circles([a, b])).toHaveLength(1);
    expect(circles([a, typed])).toHaveLength(0);
  });
});
