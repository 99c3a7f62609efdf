// `npm run bench:training -- [--events 100k,1m,10m] [--items 200k] [--preset fast] [--json]`
import { ready, root } from '../scripts/ready.mjs';

ready();
process.chdir(root);
const { register } = await import('tsx/esm/api');
register();
const { main } = await import('./training/main.ts');
await main(process.argv.slice(2));
