/**
 * The wire's version. A test pins it to the hash of every schema here: change a schema, and you either
 * mend it or raise the version with a line below.
 *
 * 1  2026-11  events, items, profile, slate, manifest, sync
 *             added: an entry's reason may be that it is popular with shoppers of like attributes (slate)
 *             added: a release may carry a head (manifest), and slates and events say which level answered
 */
export const PROTOCOL_VERSION = 1;
