// Prints the bytes of drawn releases as JSON: what a device loads in all, and before its first slate. Run by tsx.
import { syntheticRelease } from '../../server/training/synthetic.case.ts';
import { loadKernel } from '../../shared/kernel/load.ts';
import { weigh } from './weigh.mjs';

const LIMITS = [
  { items: 20_000, whole: 3_000_000 },
  { items: 100_000, whole: 15_000_000 },
];
const FIRST_SLATE = 1_000_000;

const rows = LIMITS.flatMap(({ items, whole }) => {
  const { parts } = syntheticRelease({ items, seed: 1, kernel: loadKernel() });
  const weightOf = (wanted) => weigh(parts.filter(wanted).map(({ bytes }) => bytes));
  const name = `${items.toLocaleString('en')} items`;
  const heads = parts.some(({ level }) => level === 'head');
  const first = ({ level, role }) => !heads || level === 'head' || role === 'weights';
  return [
    { name: `bundle of ${name}`, ...weightOf(({ level }) => level === undefined), limit: whole },
    { name: `first slate of ${name}`, ...weightOf(first), limit: FIRST_SLATE },
  ];
});
process.stdout.write(JSON.stringify(rows));
