import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { portFor } from './port.mjs';

it('finds a taken port before anything is made for it', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  expect(await portFor(port)).toBeUndefined();
  await new Promise((resolve) => other.close(resolve));
  expect(await portFor(port)).toBe(port);
  expect(await portFor(0)).toBe(0);
});

it('takes the usual port, or any where that is taken', async () => {
  const first = await portFor(undefined);
  expect([0, 8080]).toContain(first);
  if (first === 0) return;
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(8080, '127.0.0.1', resolve));
  expect(await portFor(undefined)).toBe(0);
  await new Promise((resolve) => other.close(resolve));
});
