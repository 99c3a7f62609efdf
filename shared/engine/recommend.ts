import type { Recommend } from './contract.ts';
import { observe } from './observe.ts';
import { inputs, rank, rankedOutside } from './ranking.ts';
import { rerank } from './reranking/rerank.ts';
import { retrieve } from './retrieval/retrieve.ts';
import { eligible } from './rules.ts';
import { toSlate } from './slate.ts';
import { traced } from './trace.ts';

/** The whole funnel, one stage a line. */
export const recommend: Recommend = (engine, state, request, moment) => {
  const stage = traced(moment.trace);
  const seen = stage('session', () => observe(engine, state, { request, moment }));
  const retrieval = stage('retrieval', () => retrieve(engine, seen, eligible(engine, seen)));
  const outside = rankedOutside(retrieval.candidates, moment.outside);
  const features = stage('features', () => (outside ? undefined : inputs(engine, seen, retrieval)));
  const ranked = stage('ranking', () => outside ?? rank(engine, retrieval, features));
  const chosen = stage('reranking', () => rerank(engine, seen, ranked));
  return stage('reason', () => toSlate(engine, seen, { chosen, retrieval }));
};
