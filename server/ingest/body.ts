import express, { type RequestHandler } from 'express';
import { Problem } from '../problem.ts';

/** Bytes of the largest body that any route takes. */
const MOST_BODY_BYTES = 64 * 1024;

const DANGEROUS = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * A JSON body, as `application/json` or, so that a beacon needs no preflight, as `text/plain`. Never compressed: a small
 * body could grow without bound.
 */
export function jsonBody(): RequestHandler[] {
  return [
    (request, _response, next) => {
      const encoding = request.headers['content-encoding'];
      if (encoding !== undefined && encoding !== 'identity')
        throw new Problem(415, 'encoded-body', 'expected a body without Content-Encoding', {
          found: encoding,
        });
      if (request.is(['application/json', 'text/plain']) === false)
        throw new Problem(415, 'bad-type', 'expected application/json or text/plain', {
          found: request.headers['content-type'],
        });
      next();
    },
    express.json({
      type: ['application/json', 'text/plain'],
      limit: MOST_BODY_BYTES,
      inflate: false,
      strict: true,
      // Named apart, since a schema's own look at unknown keys would find these on its prototype.
      reviver: (key, value) => {
        if (DANGEROUS.has(key)) throw new SyntaxError(`key ${key} is not allowed`);
        return value;
      },
    }),
    (request, _response, next) => {
      if (request.body === undefined) throw new Problem(400, 'no-body', 'expected a JSON body, found none');
      next();
    },
  ];
}
