import { describe } from 'vitest';
import { memoryStore } from './memory.ts';
import { storeCase } from './store.case.ts';

describe('rows in memory', () => storeCase(async () => memoryStore()));
