import { RankerRefusal } from '../../shared/onnx/refusal.ts';

/**
 * A file of at most so many bytes, never more of them in memory.
 * @throws RankerRefusal `ranker-unreachable`, `ranker-too-large`
 */
export async function fetchCapped(
  load: (url: string) => Promise<Response>,
  url: string,
  most: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const response = await load(url).catch((error: unknown) => {
    throw new RankerRefusal('ranker-unreachable', `${url}: ${String(error)}`);
  });
  if (!response.ok || response.body === null)
    throw new RankerRefusal('ranker-unreachable', `${url} answered ${response.status}, expected 200`);
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch((error: unknown) => {
      throw new RankerRefusal('ranker-unreachable', `${url} ended early: ${String(error)}`);
    });
    if (done) break;
    length += value.length;
    chunks.push(value);
    if (length <= most) continue;
    void reader.cancel().catch(() => undefined);
    throw new RankerRefusal('ranker-too-large', `${url}: more than ${most} bytes`);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
