import * as v from 'valibot';

export const PLACEMENTS = [
  'for-you',
  'similar',
  'bought-together',
  'because-you-viewed',
  'trending',
  'recently-viewed',
] as const;
export const Placement = v.picklist(PLACEMENTS);
export type Placement = v.InferOutput<typeof Placement>;
