import cors from 'cors';
import express, { type Express, type RequestHandler, type Router } from 'express';
import { rateLimit } from 'express-rate-limit';
import helmet from 'helmet';
import type { PrivacyMode } from '../shared/protocol/consent.ts';
import { ROUTES } from '../shared/protocol/routes.ts';
import type { Pepper } from './home.ts';
import { requireOrigin } from './ingest/access.ts';
import { eventsRouter } from './ingest/events.ts';
import type { GroupCommit } from './ingest/group-commit.ts';
import { ordersRouter } from './ingest/orders.ts';
import { healthRouter } from './monitoring/health.ts';
import { type Logger, logRequests } from './monitoring/log.ts';
import { type Meters, timeRequests } from './monitoring/meters.ts';
import { answerProblems, notFound, Problem } from './problem.ts';
import { artifactsRouter, manifestRouter } from './publish/delivery.ts';
import type { ArtifactStore, Store } from './store/contract.ts';

export interface AppDeps {
  readonly store: Store;
  readonly artifacts: ArtifactStore;
  readonly pepper: Pepper;
  readonly commits: GroupCommit;
  readonly meters: Meters;
  readonly log: Logger;
  readonly now: () => number;
  /** what may go up */
  readonly mode: PrivacyMode;
  /** pages of these origins may send, beside the server's own */
  readonly origins: readonly string[];
  /** requests a minute and address, by what they cost */
  readonly limits: { readonly ingest: number; readonly candidates: number; readonly downloads: number };
  /** proxies in front whose word on the client's address is taken */
  readonly proxies: number;
  readonly draining: () => boolean;
  /** POST /v1/candidates, where the shop turned it on */
  readonly candidates?: Router;
  /** a shop's pages, on the same port */
  readonly shop?: Router;
}

export function createApp(deps: AppDeps): Express {
  const { limits, origins } = deps;
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.set('etag', false);
  app.set('trust proxy', deps.proxies);

  app.use(leave(deps.draining));
  app.use(timeRequests(deps.meters, routeOf), logRequests(deps.log));
  app.use(['/v1', '/livez', '/readyz', '/metrics'], apiHeaders());
  app.use(healthRouter(deps));
  app.use(ROUTES.manifest, openToAll(), limit(limits.downloads), manifestRouter(deps));
  app.use(ROUTES.artifacts, openToAll(), limit(limits.downloads), artifactsRouter(deps));
  app.use(ROUTES.events, sendersOf(origins), limit(limits.ingest), eventsRouter(deps));
  app.use(ROUTES.orders, limit(limits.ingest), ordersRouter(deps));
  if (deps.candidates)
    app.use(ROUTES.candidates, sendersOf(origins), limit(limits.candidates), deps.candidates);
  app.use('/v1', notFound);
  if (deps.shop) app.use(deps.shop);
  app.use(notFound);
  app.use(answerProblems((error) => deps.log.error({ err: error }, 'request failed')));
  return app;
}

/** A server that is going away takes no further request on a connection. */
const leave =
  (draining: () => boolean): RequestHandler =>
  (_request, response, next) => {
    if (draining()) response.set('Connection', 'close');
    next();
  };

const KNOWN_ROUTES = [...Object.values(ROUTES), '/livez', '/readyz', '/metrics'];
const routeOf = (path: string): string =>
  KNOWN_ROUTES.find((route) => path === route || path.startsWith(`${route}/`)) ?? 'other';

/** Nothing here is a page: nothing may frame it, run it or guess its type, and other origins may read what CORS lets them. */
function apiHeaders(): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    crossOriginResourcePolicy: { policy: 'cross-origin' },
  });
}

/** Public, the same for everybody, and so good for every cache between. */
const openToAll = (): RequestHandler =>
  cors({
    origin: '*',
    methods: ['GET', 'HEAD'],
    allowedHeaders: ['Range', 'If-Range', 'If-None-Match'],
    exposedHeaders: ['ETag', 'Content-Range', 'Accept-Ranges', 'Content-Encoding'],
    maxAge: 86_400,
  });

const sendersOf = (origins: readonly string[]): RequestHandler[] => [
  requireOrigin(origins),
  cors({
    origin: [...origins],
    methods: ['POST'],
    allowedHeaders: ['Content-Type', 'Authorization'],
    exposedHeaders: ['Retry-After'],
    maxAge: 86_400,
  }),
];

const limit = (perMinute: number): RequestHandler =>
  rateLimit({
    windowMs: 60_000,
    limit: perMinute,
    standardHeaders: 'draft-7',
    legacyHeaders: false,
    handler: () => {
      throw new Problem(429, 'too-many', `expected at most ${perMinute} requests a minute`);
    },
  });
