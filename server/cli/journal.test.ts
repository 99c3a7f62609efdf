import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { cliJournal } from './journal.ts';

function terminal(isTTY: boolean) {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 80, rows: 24, fd: 2 });
  let text = '';
  stream.on('data', (bytes) => {
    text += bytes;
  });
  return { stream: stream as unknown as NodeJS.WriteStream, text: () => text };
}

function work(journal: ReturnType<typeof cliJournal>): void {
  journal.stage('embeddings', 1, 2);
  journal.stage('embeddings', 2, 2);
  journal.log('ranker', { loss: 0.123456, epochs: 3 });
  journal.stage('rows', 4096, 0);
  journal.stage('rows', 8192, 0);
  journal.close();
}

describe('progress', () => {
  it('is nothing at all in a pipe', () => {
    const { stream, text } = terminal(false);
    work(cliJournal(stream));
    expect(text()).toBe('');
  });

  it('is bars, counts and lines on a terminal, each ended before the next', () => {
    const { stream, text } = terminal(true);
    work(cliJournal(stream));
    expect(text()).toMatch(/embeddings .* 50%.* left/);
    expect(text()).toMatch(/embeddings .* 100%/);
    expect(text()).toContain('ranker                   loss 0.1235  epochs 3\n');
    expect(text()).toMatch(/rows +8192/);
    expect(text().endsWith('\n')).toBe(true);
  });
});
