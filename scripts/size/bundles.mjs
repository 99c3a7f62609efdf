// Prints the bytes of drawn releases as JSON: what a device loads in all, the head included, before its first slate, and by
// part. All that a shop's settings carry is drawn, and training's budget leaves out what it would leave out. Run by tsx.
import { syntheticRelease } from '../../server/training/synthetic.case.ts';
import { loadKernel } from '../../shared/kernel/load.ts';
import { weigh } from './weigh.mjs';

const LIMITS = [
  { items: 20_000, whole: 3_000_000 },
  { items: 100_000, whole: 15_000_000 },
];
const FIRST_SLATE = 1_000_000;

const rows = LIMITS.flatMap(({ items, whole }) => {
  const { parts, left } = syntheticRelease({ items, seed: 1, kernel: loadKernel() });
  const weighed = parts.map(({ role, level, bytes }) => ({ role, level, ...weigh([bytes]) }));
  const heads = parts.some(({ level }) => level === 'head');
  const first = weighed.filter(({ level, role }) => !heads || level === 'head' || role === 'weights');
  const name = `${items.toLocaleString('en')} items`;
  return [
    { name: `bundle of ${name}`, ...sum(weighed), limit: whole, left },
    { name: `first slate of ${name}`, ...sum(first), limit: FIRST_SLATE },
    ...weighed.map(({ role, level, ...bytes }) => ({
      name: `  of it ${level === undefined ? role : `${role} of the ${level}`}`,
      ...bytes,
    })),
  ];
});
process.stdout.write(JSON.stringify(rows));

function sum(weighed) {
  const total = (of) => weighed.reduce((bytes, one) => bytes + one[of], 0);
  return { raw: total('raw'), gzip: total('gzip'), brotli: total('brotli') };
}
