import * as v from 'valibot';

/**
 * A release may carry a small whole beside the whole: shard, lists and cards of the most popular items. A device opens
 * the head first and answers from it at once; the weights are shared. Parts of a head stand before the others, so that a
 * device that knows no levels ends with the others.
 */
export const Level = v.picklist(['head']);
export type Level = v.InferOutput<typeof Level>;
