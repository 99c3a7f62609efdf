import * as v from 'valibot';

/**
 * A release may carry a small whole beside the whole: shard, lists and cards of the most popular items. A device opens
 * the head first and answers from it at once; the weights are shared. Parts of a head stand before the others, so that a
 * device that knows no levels ends with the others.
 */
export const Level = v.picklist(['head']);
export type Level = v.InferOutput<typeof Level>;

/**
 * What a level is opened from, wherever that is: a device, a rehearsal, a gate. The whole from its own parts; a head from
 * its own and the weights. Nothing else of the whole goes with a head: it counts rows that a head does not have.
 */
export const partsOfLevel = <P extends { readonly role: string; readonly level?: Level | undefined }>(
  parts: readonly P[],
  level: Level | undefined,
): P[] => parts.filter((part) => part.level === level || (level === 'head' && part.role === 'weights'));
