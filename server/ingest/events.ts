import { type RequestHandler, Router } from 'express';
import * as v from 'valibot';
import type { PrivacyMode } from '../../shared/protocol/consent.ts';
import { EventId, type SiteId } from '../../shared/protocol/ids.ts';
import { type EventAck, EventBatch, MOST_EVENTS_PER_BATCH, WireEvent } from '../../shared/protocol/sync.ts';
import { PROTOCOL_VERSION } from '../../shared/protocol/version.ts';
import type { Pepper } from '../home.ts';
import type { Meters } from '../monitoring/meters.ts';
import { firstIssue, Problem, read } from '../problem.ts';
import type { Accepted, Store } from '../store/contract.ts';
import { bearer, refusesTracking, requireKey, siteOf } from './access.ts';
import { jsonBody } from './body.ts';
import type { GroupCommit } from './group-commit.ts';

export interface EventsDeps {
  readonly store: Store;
  readonly pepper: Pepper;
  readonly mode: PrivacyMode;
  readonly commits: GroupCommit;
  readonly meters: Meters;
  readonly now: () => number;
}

/** The batch before its events are looked at one by one. */
const Envelope = v.strictObject({
  ...EventBatch.entries,
  events: v.pipe(v.array(v.unknown()), v.minLength(1), v.maxLength(MOST_EVENTS_PER_BATCH)),
});

/** POST /v1/events: what a consenting browser saw, once each. */
export function eventsRouter(deps: EventsDeps): Router {
  return Router().post('/', refuseMode(deps), authorise(deps), ...jsonBody(), (request, response, next) => {
    accept(deps, siteOf(request), request.body).then((ack) => response.json(ack), next);
  });
}

/** What this server does not take is answered, so that nothing comes again, and its body is not even read. */
function refuseMode({ mode, meters }: EventsDeps): RequestHandler {
  return (request, response, next) => {
    const refused = refusesTracking(request);
    if (mode === 'events' && !refused) {
      next();
      return;
    }
    meters.batches.inc({ outcome: refused ? 'refused-by-shopper' : 'refused-by-mode' });
    response.json({
      mode: refused ? 'off' : mode,
      accepted: [],
      duplicates: [],
      refused: [],
    } satisfies EventAck);
  };
}

function authorise({ store }: EventsDeps): RequestHandler {
  return (request, _response, next) => {
    const key = bearer(request) ?? request.query['key'];
    requireKey(store, siteOf(request), { kind: 'write', key });
    next();
  };
}

async function accept(deps: EventsDeps, site: SiteId, body: unknown): Promise<EventAck> {
  const { store, pepper, commits, meters, mode } = deps;
  const receivedAt = deps.now();
  const batch = read(Envelope, body);
  if (batch.protocol !== PROTOCOL_VERSION)
    throw new Problem(400, 'other-protocol', 'this server speaks another protocol', {
      expected: PROTOCOL_VERSION,
      found: batch.protocol,
    });
  const { good, refused } = sort(batch.events);
  const subject = pepper.subject(site, 'pseudonym', batch.pseudonym);
  const stored = await commits.run(() => store.events.accept(site, subject, good, receivedAt));
  count(meters, stored, refused.length);
  return {
    mode,
    accepted: stored.accepted,
    duplicates: stored.duplicates,
    refused: [...stored.refused, ...refused],
  };
}

/**
 * One bad event does not take its neighbours with it: it is refused for good, by its id. Where no event is good or one
 * has no id to refuse it by, the whole batch is bad.
 */
function sort(events: readonly unknown[]): { good: WireEvent[]; refused: EventAck['refused'] } {
  const good: WireEvent[] = [];
  const refused: EventAck['refused'] = [];
  let first: Problem | undefined;
  for (const [i, event] of events.entries()) {
    const result = v.safeParse(WireEvent, event, { abortEarly: true });
    if (result.success) {
      good.push(result.output);
      continue;
    }
    const { message, ...more } = firstIssue(result.issues);
    first ??= new Problem(400, 'bad-body', `events.${i}: ${message}`, more);
    const id = v.safeParse(EventId, (event as { event_id?: unknown } | null)?.event_id);
    if (!id.success) throw first;
    refused.push({ event_id: id.output, reason: 'bad-event' });
  }
  if (first && good.length === 0) throw first;
  return { good, refused };
}

function count({ batches, events }: Meters, stored: Accepted, bad: number): void {
  batches.inc({ outcome: 'stored' });
  events.inc({ outcome: 'accepted' }, stored.accepted.length);
  events.inc({ outcome: 'duplicate' }, stored.duplicates.length);
  events.inc({ outcome: 'differing' }, stored.differing);
  events.inc({ outcome: 'refused' }, stored.refused.length + bad);
}
