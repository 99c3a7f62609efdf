import * as v from 'valibot';
import { candidateQuery } from '../../shared/engine/candidate-query.ts';
import type { Engine, ShopperState } from '../../shared/engine/contract.ts';
import type { SiteId } from '../../shared/protocol/ids.ts';
import { ROUTES } from '../../shared/protocol/routes.ts';
import { type CandidateRequest, CandidateResponse } from '../../shared/protocol/sync.ts';
import type { Host } from '../host.ts';

/** ms; nobody waits for an answer, and one that comes later than this is about a shopper who has gone on */
const ANSWER_DEADLINE = 5_000;
/** between two questions, ms: a slate asks with every event */
const LEAST_PAUSE = 10_000;
/** items a question */
const WANTED = 100;

export interface CandidateOptions {
  readonly site: SiteId;
  readonly url: string;
  readonly host: Host;
  trouble(code: string, message: string): void;
}

/** The server's candidates from beyond the shard: asked for behind a slate, and served with the next. */
export interface ServerCandidates {
  latest(): CandidateResponse | undefined;
  ask(engine: Engine, state: ShopperState): void;
  forget(): void;
}

export function createCandidates({ site, url, host, trouble }: CandidateOptions): ServerCandidates {
  let answer: CandidateResponse | undefined;
  let asked = '';
  let askedAt = Number.NEGATIVE_INFINITY;
  let life = 0;

  const fetchFor = async (body: string): Promise<void> => {
    const mine = life;
    const limit = new AbortController();
    const cancel = host.later(ANSWER_DEADLINE, () => limit.abort());
    try {
      const response = await host.fetch(`${url}${ROUTES.candidates}`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json' },
        credentials: 'omit',
        referrerPolicy: 'no-referrer',
        cache: 'no-store',
        signal: limit.signal,
      });
      if (!response.ok) throw new Error(`answered ${response.status}, expected 200`);
      const read = v.parse(CandidateResponse, await response.json());
      // An answer to a question from before `forget` is about a shopper that is no longer known.
      if (mine === life) answer = read;
    } catch (error) {
      trouble('candidates-failed', error instanceof Error ? error.message : String(error));
    } finally {
      cancel();
    }
  };

  return {
    latest: () => answer,
    ask(engine, state) {
      if (host.steady() - askedAt < LEAST_PAUSE) return;
      const query = candidateQuery(engine, state);
      if (query === null) return;
      const request: CandidateRequest = { site, space: query.space, query: [...query.query], limit: WANTED };
      const body = JSON.stringify(request);
      if (body === asked) return;
      asked = body;
      askedAt = host.steady();
      void fetchFor(body);
    },
    forget() {
      life += 1;
      answer = undefined;
      asked = '';
    },
  };
}
