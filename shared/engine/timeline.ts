import type { Interaction } from '../protocol/profile.ts';

/** A session ends after this long without an event. */
export const SESSION_IDLE = 30 * 60_000;

/**
 * A late event goes to its place among those of the last half hour; one that claims to be older or from the future
 * than that is believed to be the newest (its clock was set), so that no wrong clock pins an item to the end.
 */
export function insertByTime(held: readonly Interaction[], added: readonly Interaction[]): Interaction[] {
  const list = [...held];
  for (const interaction of added) {
    let at = list.length;
    while (at > 0 && isLate(interaction.time, list[at - 1]!.time)) at--;
    list.splice(at, 0, interaction);
  }
  return list;
}

const isLate = (time: number, than: number): boolean => time < than && than - time <= SESSION_IDLE;
