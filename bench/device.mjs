// `npm run bench:device [-- --json] [--quick | --full] [--items 20k,100k] [--only scan,ranker,device] [--html FILE]`
import { ready, root } from '../scripts/ready.mjs';

ready();
process.chdir(root);
// After `ready`: before it there may be no packages and no kernel to import.
const { register } = await import('tsx/esm/api');
register();
const { main } = await import('./device/main.ts');
await main(process.argv.slice(2));
