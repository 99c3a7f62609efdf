// The thread in a checkout, where its TypeScript needs a loader: a thread does not take over its process's.
import { register } from 'tsx/esm/api';

register();
await import('./thread.ts');
