import { checkCards } from './cards.ts';
import { checkNeighbours } from './neighbours.ts';
import { checkShard } from './shard.ts';

/**
 * What a device takes on trust because the bytes are signed for: that a part's body says what its head promises. For those
 * who sign.
 * @param role as in a manifest; parts whose decoders look at everything anyway pass
 * @throws BundleError
 */
export function checkPart(role: string, bytes: Uint8Array): void {
  if (role === 'weights') return;
  if (role === 'shard') checkShard(bytes);
  else if (role === 'cards') checkCards(bytes);
  else checkNeighbours(bytes);
}
