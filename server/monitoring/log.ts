import type { RequestHandler } from 'express';
import { type DestinationStream, type Logger, pino } from 'pino';
import { pinoHttp } from 'pino-http';

export type { Logger } from 'pino';

/** Words under which ids travel; should one ever be logged, its value is not. */
const IDS = [
  'pseudonym',
  'customer',
  'subject',
  'session_id',
  'event_id',
  'order_id',
  'key',
  'authorization',
];

export function openLog(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    redact: { paths: IDS.flatMap((id) => [id, `*.${id}`, `*.*.${id}`]), censor: '[redacted]' },
  };
  return destination ? pino(options, destination) : pino(options);
}

/** One line an answer: method, path, status, time. Neither query, nor address, nor headers: those are the shopper's. */
export function logRequests(logger: Logger): RequestHandler {
  return pinoHttp({
    logger,
    quietReqLogger: true,
    serializers: {
      req: (request: { method: string; url: string }) => ({
        method: request.method,
        path: request.url.split('?')[0],
      }),
      res: (response: { statusCode: number }) => ({ status: response.statusCode }),
    },
    customLogLevel: (_request, response, error) =>
      error || response.statusCode >= 500 ? 'error' : response.statusCode >= 400 ? 'warn' : 'debug',
  });
}
