export * from './device.ts';
export { rescore } from './rescore.ts';
