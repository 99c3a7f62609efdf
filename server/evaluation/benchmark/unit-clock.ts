/**
 * Order-only data has no time, so it runs on a unit clock: an interaction is a minute after the one before it in its
 * history, and a list of sessions that is in time order spans seventy days, so that "the last seven days" of every
 * count is its newest tenth. Histories that have no order among each other all end at the same moment.
 */
export const MINUTE = 60_000;
export const DAY = 86_400_000;
export const SESSION_SPAN = 70 * DAY;
/** where the clock ends: 2020-01-01T00:00:00Z, a Wednesday at midnight */
export const CLOCK_END = 1_577_836_800_000;

export const UNIT_CLOCK =
  'a minute an interaction; sequences end together; sessions in file order span seventy days';
