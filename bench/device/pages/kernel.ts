/** The kernel alone, as any bundle carries it: to be weighed, never run. */
export { loadKernel } from '../../../shared/kernel/load.ts';
