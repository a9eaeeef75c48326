// What goes out: an AdmissionReview, or a JSON error of the table. Plain node:http, so that it serves where express gave up.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { AdmissionReviewResponse } from '../admission/response.ts';
import { ERRORS } from '../errors.ts';
import { plainLine, plainLines } from '../kubernetes/plain-text.ts';
import { errorBody, type RejectedCode } from './error-body.ts';
import type { Metrics } from './metrics.ts';

export interface AnswerDependencies {
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** While true, every answer asks its client to open a new connection, which will go elsewhere. */
  readonly isDraining: () => boolean;
}

/** What clients send goes into the log, so it must not be able to fill it. */
const MAX_LOGGED = 200;

/** @param detail what is wrong in this case, as a sentence; "" for nothing more */
export function reject(
  request: IncomingMessage,
  response: ServerResponse,
  code: RejectedCode,
  detail: string,
  dependencies: AnswerDependencies,
): void {
  const { metrics, logger } = dependencies;
  metrics.rejected(code);
  const path = (request.url ?? '').split('?', 1)[0] ?? '';
  logger.warn({ code, detail: clip(detail), method: request.method, path: clip(path) }, 'rejected a request');
  sendJson(response, ERRORS[code].status, errorBody(code, detail), dependencies);
}

export function send(
  response: ServerResponse,
  answer: AdmissionReviewResponse,
  dependencies: AnswerDependencies,
): void {
  sendJson(response, 200, printable(answer), dependencies);
}

/** Both are shown on terminals, and have in them what somebody wrote into an object. */
function printable(answer: AdmissionReviewResponse): AdmissionReviewResponse {
  const { status, warnings } = answer.response;
  if (status === undefined && warnings === undefined) return answer;
  return {
    ...answer,
    response: {
      ...answer.response,
      ...(status && { status: { ...status, message: plainLines(status.message) } }),
      ...(warnings && { warnings: warnings.map(plainLine) }),
    },
  };
}

function sendJson(response: ServerResponse, status: number, value: unknown, { isDraining }: AnswerDependencies): void {
  if (response.headersSent || response.destroyed) return;
  // Asked now and not when the request came, or a slow one would keep its connection, and the process, to the end.
  if (isDraining()) response.setHeader('connection', 'close');
  const text = JSON.stringify(value);
  const length = Buffer.byteLength(text);
  // Text goes out in one write with the head; a Buffer would make it two TLS records.
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': length }).end(text);
}

export function clip(text: string): string {
  return text.length <= MAX_LOGGED ? text : `${text.slice(0, MAX_LOGGED)}…`;
}
