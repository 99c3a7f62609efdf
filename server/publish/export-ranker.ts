import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { exportRanker } from '../../models/ranker/onnx/export.ts';
import type { Precision } from '../../models/ranker/onnx/layers.ts';
import { decodeWeights } from '../../shared/bundle/weights.ts';
import type { Ranker } from '../../shared/engine/contract.ts';
import { loadRanker } from '../../shared/engine/ranker.ts';
import { FunnelSettings } from '../../shared/engine/settings.ts';
import type { Kernel, NetworkSpec } from '../../shared/kernel/contract.ts';
import { admit } from '../../shared/onnx/admit.ts';
import { DEVICE_FEATURES } from '../../shared/onnx/device-features.ts';
import { readModel } from '../../shared/onnx/model.ts';
import type { RankerSidecar } from '../../shared/onnx/sidecar.ts';
import { PublishError } from './errors.ts';

export interface ExportedRanker {
  readonly kind: Ranker['kind'];
  readonly model: Uint8Array;
  readonly sidecar: RankerSidecar;
}

export interface WantedRanker {
  /** the one that the release ranks with, where it is left out */
  readonly kind?: Ranker['kind'] | undefined;
  readonly precision: Precision;
}

/**
 * The ranker of a release's `weights` part as an ONNX model with its sidecar, admitted as a device would admit it.
 * @throws PublishError `no-ranker` where the release has none of this kind
 */
export function exportReleaseRanker(
  part: Uint8Array,
  { kind, precision }: WantedRanker,
  kernel: Kernel,
): ExportedRanker {
  const weights = decodeWeights(part);
  const settings = v.parse(FunnelSettings, weights.settings);
  const kinds = kind ? [kind] : settings.ranker ? [settings.ranker] : (['deep', 'small'] as const);
  for (const one of kinds) {
    const network = networkGiven(kernel, (lent) =>
      loadRanker(weights, settings, { kernel: lent, kind: one }),
    );
    if (network === undefined) continue;
    const { schema, features, categoricals } = DEVICE_FEATURES;
    const named = { network, schema, features, categoricals: network.embeddings?.length ? categoricals : [] };
    const { model, sidecar } = exportRanker(named, precision);
    const beside = sidecar(createHash('sha256').update(model).digest('hex'));
    admit(readModel(model), beside, DEVICE_FEATURES);
    return { kind: one, model, sidecar: beside };
  }
  throw new PublishError(
    'no-ranker',
    `expected a ranker of kind ${kinds.join(' or ')}, found none in this run`,
  );
}

/** The very network that a device's kernel is given: read, checked and put in order by the engine itself. */
function networkGiven(kernel: Kernel, load: (lent: Kernel) => Ranker | undefined): NetworkSpec | undefined {
  let given: NetworkSpec | undefined;
  const lent: Kernel = {
    ...kernel,
    network(spec) {
      given = 'layers' in spec ? spec : { dense: spec[0]?.inputs ?? 0, layers: spec };
      return kernel.network(spec);
    },
  };
  load(lent)?.network.free();
  return given;
}
