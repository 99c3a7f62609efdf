import { CATEGORICALS } from '../engine/features/categorical.ts';
import { FEATURE_SCHEMA, FEATURES } from '../engine/features.ts';
import type { DeviceFeatures } from './admit.ts';

/** What this funnel can hand to a model: its own features and categoricals, by name. */
export const DEVICE_FEATURES: DeviceFeatures = {
  schema: FEATURE_SCHEMA,
  features: FEATURES.map(({ name }) => name),
  categoricals: CATEGORICALS.map(({ name, vocabulary }) => ({ name, vocabulary })),
};
