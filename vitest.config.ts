import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { findChromium } from './scripts/browser.mjs';

const BROWSER = '**/*.browser.test.ts';
const LONG = '**/*.long.test.ts';
const ELSEWHERE = ['**/node_modules/**', '**/dist/**', '**/.types/**'];
const chromium = await findChromium();

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'node',
          environment: 'node',
          include: ['**/*.test.ts'],
          exclude: [...ELSEWHERE, BROWSER, LONG, 'tests/e2e/**', 'tests/device/**', 'tests/engines/**'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        optimizeDeps: { include: ['valibot', 'idb', '@noble/ed25519', 'fast-check'] },
        test: {
          name: 'browser',
          include: [BROWSER],
          exclude: ELSEWHERE,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: chromium ?? {} }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      {
        test: {
          name: 'e2e',
          environment: 'node',
          include: ['tests/e2e/**/*.test.ts', 'tests/device/**/*.test.ts'],
          globalSetup: ['tests/e2e/setup.ts'],
          expect: { poll: { timeout: 20_000 } },
          exclude: [...ELSEWHERE, LONG],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 240_000,
        },
      },
      {
        test: {
          name: 'engines',
          environment: 'node',
          include: ['tests/engines/**/*.test.ts'],
          exclude: ELSEWHERE,
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'long',
          environment: 'node',
          include: [LONG],
          exclude: ELSEWHERE,
          fileParallelism: false,
          testTimeout: 1_800_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
