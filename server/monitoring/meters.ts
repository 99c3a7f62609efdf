import type { RequestHandler } from 'express';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Store } from '../store/contract.ts';

/** What the server counts: base units, and never an id as a label. */
export interface Meters {
  readonly requests: Histogram<'method' | 'route' | 'status'>;
  readonly batches: Counter<'outcome'>;
  readonly events: Counter<'outcome'>;
  readonly orders: Counter<'outcome'>;
  readonly candidates: Counter<'outcome'>;
  readonly artifactBytes: Counter<'encoding'>;
  readonly trainings: Counter<'outcome'>;
  readonly trainingSeconds: Gauge;
  /** the text that Prometheus reads */
  read(): Promise<{ type: string; text: string }>;
}

export function openMeters(store: Store, now: () => number): Meters {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const counter = <L extends string>(name: string, help: string, label: L) =>
    new Counter({ name, help, labelNames: [label], registers });
  releaseGauges(registry, { store, now });
  return {
    requests: new Histogram({
      name: 'tacit_http_request_duration_seconds',
      help: 'Time from a request to the end of its answer',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers,
    }),
    batches: counter('tacit_ingest_batches_total', 'Batches of events by what became of them', 'outcome'),
    events: counter('tacit_ingest_events_total', 'Events by what became of them', 'outcome'),
    orders: counter('tacit_ingest_orders_total', 'Orders by what became of them', 'outcome'),
    candidates: counter('tacit_candidate_requests_total', 'Candidate requests by outcome', 'outcome'),
    trainings: counter('tacit_trainings_total', 'Scheduled trainings by what became of them', 'outcome'),
    trainingSeconds: new Gauge({
      name: 'tacit_training_seconds',
      help: 'Time that the last scheduled training took',
      registers,
    }),
    artifactBytes: counter('tacit_artifact_sent_bytes_total', 'Bytes of artefacts sent', 'encoding'),
    read: async () => ({ type: registry.contentType, text: await registry.metrics() }),
  };
}

/** Read from the store when asked: another process publishes. The oldest release of all sites is the one to watch. */
function releaseGauges(registry: Registry, { store, now }: { store: Store; now: () => number }): void {
  const current = () => store.sites.list().flatMap((site) => store.releases.current(site) ?? []);
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(value());
      },
    });
  gauge('tacit_sites', 'Sites that have a release', () => current().length);
  gauge('tacit_release_version', 'Highest version published', () =>
    Math.max(0, ...current().map((release) => release.version)),
  );
  gauge('tacit_release_age_seconds', 'Time since the oldest current release was signed', () =>
    Math.max(0, ...current().map((release) => (now() - release.publishedAt) / 1000)),
  );
}

/** @param routeOf one of a few names for a path, so that labels stay few */
export function timeRequests(meters: Meters, routeOf: (path: string) => string): RequestHandler {
  return (request, response, next) => {
    const end = meters.requests.startTimer({
      method: methodOf(request.method),
      route: routeOf(request.path),
    });
    response.once('close', () =>
      end({ status: response.writableFinished ? response.statusCode : 'aborted' }),
    );
    next();
  };
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'OPTIONS', 'DELETE', 'PUT', 'PATCH']);
const methodOf = (method: string): string => (METHODS.has(method) ? method : 'other');
