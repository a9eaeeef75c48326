// What goes out: an AdmissionReview, or a JSON error of the table. Plain node:http, so that it serves where express gave up.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { AdmissionReviewResponse } from '../admission/response.ts';
import { ERRORS, type ErrorCode } from '../errors.ts';
import type { Metrics } from './metrics.ts';

/** The errors that a client can be told. */
export type RejectedCode = { [C in ErrorCode]: (typeof ERRORS)[C]['status'] extends number ? C : never }[ErrorCode];

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

/**
 * The error for whoever reads it, laid into a Status of Kubernetes: the API server shows the message of one to the user
 * whose object it could not have judged, and of any other body it says "unknown" (client-go rest/request.go).
 */
export function errorBody(code: RejectedCode, detail = ''): Readonly<Record<string, unknown>> {
  const { status, message, howToFix } = ERRORS[code];
  return {
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    code: status,
    message: errorText(code, detail),
    error: { code, message: detail === '' ? message : `${message} ${detail}`, howToFix },
  };
}

/** The same in one line, for the message of an AdmissionReview. */
export function errorText(code: RejectedCode, detail = ''): string {
  const { message, howToFix } = ERRORS[code];
  return [message, detail, howToFix]
    .filter((part) => part !== '')
    .join(' ')
    .concat(` [${code}]`);
}

export function send(
  response: ServerResponse,
  answer: AdmissionReviewResponse,
  dependencies: AnswerDependencies,
): void {
  sendJson(response, 200, answer, dependencies);
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
