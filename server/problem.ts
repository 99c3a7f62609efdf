import type { ErrorRequestHandler, RequestHandler } from 'express';
import * as v from 'valibot';
import { StoreError } from './store/errors.ts';

/** An answer of RFC 9457 that a caller can tell apart by `code`. What is said here is said to strangers. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly code: string;
  readonly more: { readonly found?: unknown; readonly expected?: unknown };
  constructor(status: number, code: string, detail: string, more: Problem['more'] = {}) {
    super(detail);
    this.status = status;
    this.code = code;
    this.more = more;
  }
}

/** Seconds after which a server that could not write may be asked again. */
const RETRY_AFTER = 5;

export const notFound: RequestHandler = (request) => {
  throw new Problem(404, 'not-found', `nothing at ${request.method} ${request.path}`);
};

/** @param report told of what is our own fault */
export function answerProblems(report: (error: unknown) => void): ErrorRequestHandler {
  return (error, _request, response, next) => {
    const problem = problemOf(error);
    if (problem.status >= 500) report(error);
    if (response.headersSent) {
      next(error);
      return;
    }
    if (problem.status === 503) response.setHeader('Retry-After', RETRY_AFTER);
    response
      .status(problem.status)
      .setHeader('Cache-Control', 'no-store')
      .type('application/problem+json')
      .send(
        JSON.stringify({
          type: 'about:blank',
          status: problem.status,
          code: problem.code,
          detail: problem.message,
          ...problem.more,
        }),
      );
  };
}

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof StoreError && error.code === 'unavailable')
    return new Problem(503, 'unavailable', 'the store cannot be written now: send the same again later');
  const { status, type } = (error ?? {}) as { status?: unknown; type?: unknown };
  if (typeof status === 'number' && status >= 400 && status < 500)
    return new Problem(
      status,
      CODE_OF[String(type ?? status)] ?? 'bad-request',
      DETAIL_OF[String(type ?? status)] ?? 'bad request',
    );
  return new Problem(500, 'internal', 'something broke here; it was logged');
}

/** The body parser's words in ours: its messages may quote what a stranger sent. */
const CODE_OF: Record<string, string> = {
  'entity.too.large': 'too-large',
  'entity.parse.failed': 'bad-json',
  'encoding.unsupported': 'encoded-body',
  'charset.unsupported': 'bad-charset',
  'request.aborted': 'aborted',
  'request.size.invalid': 'bad-length',
  '412': 'precondition-failed',
  '416': 'bad-range',
};
const DETAIL_OF: Record<string, string> = {
  'entity.too.large': 'the body is larger than this route takes',
  'entity.parse.failed': 'the body is not JSON',
  'encoding.unsupported': 'expected a body without Content-Encoding',
  'charset.unsupported': 'expected UTF-8',
  '416': 'the range is outside the artefact',
};

/** Reads a body by its schema. @throws Problem with what was found and expected, and where */
export function read<S extends v.GenericSchema>(schema: S, value: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const { message, ...more } = firstIssue(result.issues);
  throw new Problem(400, 'bad-body', message, more);
}

export function firstIssue(issues: readonly v.BaseIssue<unknown>[]): {
  message: string;
  found?: string;
  expected?: string;
} {
  const issue = issues[0];
  if (!issue) return { message: 'unreadable' };
  const place = v.getDotPath(issue as Parameters<typeof v.getDotPath>[0]);
  return {
    message: clip(place ? `${place}: ${issue.message}` : issue.message),
    found: clip(issue.received),
    ...(issue.expected === null ? {} : { expected: clip(issue.expected) }),
  };
}

const clip = (text: string): string => (text.length > 200 ? `${text.slice(0, 200)}...` : text);
