// Runs in a browser that the gate has opened: fetches the release from the gate, answers, and ends.
import { type ParityLevel, parityAnswers } from './answers.ts';
import type { ParityJob } from './browser.ts';

const job = (await (await fetch('/job')).json()) as ParityJob;
const levels: ParityLevel[] = [];
for (const { level, golden, files } of job) {
  const read = files.map(async ({ role, path }) => {
    const bytes = new Uint8Array(await (await fetch(path)).arrayBuffer());
    return [role, bytes] as const;
  });
  levels.push({ level, golden, files: new Map(await Promise.all(read)) });
}
await fetch('/answers', { method: 'POST', body: JSON.stringify(parityAnswers(levels)) });
