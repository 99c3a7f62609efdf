const kilo = (bytes) => (bytes / 1000).toFixed(1).padStart(9);

/** For people: kB of 1,000 bytes. */
export function table(files, bundles) {
  const rows = [...files, ...bundles];
  const width = Math.max(...rows.map(({ name }) => name.length));
  const line = ({ name, raw, gzip, brotli, limit }) =>
    `${name.padEnd(width)} ${kilo(raw)} ${kilo(gzip)} ${kilo(brotli)}${limit === undefined ? '' : ` of at most ${limit / 1000}`}`;
  const head = `${'kB'.padEnd(width)} ${'raw'.padStart(9)} ${'gzip'.padStart(9)} ${'brotli'.padStart(9)}`;
  return `${[head, ...rows.map(line)].join('\n')}\n`;
}
