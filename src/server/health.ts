// Health and metrics over plain HTTP: alive, ready, and the numbers.
import type { RequestListener } from 'node:http';
import express, { type NextFunction, type Request, type Response } from 'express';
import { ERRORS } from '../errors.ts';
import { errorBody } from './answer.ts';
import type { Metrics } from './metrics.ts';

export interface HealthDependencies {
  /** Why the server is not ready, or undefined where it is. */
  readonly whyNotReady: () => string | undefined;
  readonly metrics: Metrics;
}

export function createHealthApp({ whyNotReady, metrics }: HealthDependencies): RequestListener {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.get('/livez', (_request, response) => {
    response.type('text/plain').send('ok\n');
  });
  app.get('/readyz', (_request, response) => {
    const reason = whyNotReady();
    response
      .status(reason === undefined ? 200 : 503)
      .type('text/plain')
      .send(reason === undefined ? 'ok\n' : `not ready: ${reason}\n`);
  });
  app.get('/metrics', async (_request, response) => {
    const text = await metrics.registry.metrics();
    response.setHeader('content-type', metrics.registry.contentType);
    response.send(text);
  });
  app.all(['/livez', '/readyz', '/metrics'], (_request, response) => {
    response
      .status(ERRORS['method-not-allowed'].status)
      .set('allow', 'GET, HEAD')
      .json(errorBody('method-not-allowed'));
  });
  app.use((_request, response) => {
    response.status(ERRORS['not-found'].status).json(errorBody('not-found', 'Here are /livez, /readyz and /metrics.'));
  });
  return (request, response) => {
    // Express' own last resort answers HTML with a stack trace.
    const lastResort = (error?: unknown): void => {
      if (response.headersSent) return;
      const isFault = error !== undefined && error !== null;
      response.writeHead(isFault ? 500 : 400, { 'content-type': 'text/plain' });
      response.end(isFault ? 'failed\n' : 'bad request\n');
    };
    // Express makes its own request and response of the two by changing their prototypes.
    app(request as Request, response as Response, lastResort as NextFunction);
  };
}
