import { admit, MOST_MODEL_BYTES } from '../../shared/onnx/admit.ts';
import { readModel } from '../../shared/onnx/model.ts';
import { RankerRefusal } from '../../shared/onnx/refusal.ts';
import { readSidecar } from '../../shared/onnx/sidecar.ts';
import { fetchCapped } from './download.ts';
import type { ToRanker } from './messages.ts';
import { openSession, type RankerSession, startRuntime } from './session.ts';

type Opening = Extract<ToRanker, { kind: 'open' }>;

/**
 * Nothing reaches the runtime before it was found to be what its sidecar says, and harmless.
 * @param loaded called when only computing is left
 * @throws RankerRefusal
 */
export async function openRanker(opening: Opening, loaded: () => void): Promise<RankerSession> {
  const sidecar = readSidecar(opening.sidecar);
  const model = await fetchCapped(
    (url) => fetch(url, { credentials: 'omit' }),
    opening.url,
    MOST_MODEL_BYTES,
  );
  const found = await sha256(model);
  if (found !== sidecar.model.sha256)
    throw new RankerRefusal(
      'ranker-hash',
      `found a model of ${model.length} bytes with SHA-256 ${found}, expected ${sidecar.model.bytes} bytes with ${sidecar.model.sha256}`,
    );
  admit(readModel(model), sidecar, opening.device);
  await startRuntime(opening.wasm);
  loaded();
  return openSession({ model, sidecar, device: opening.device });
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
