// Health and metrics over plain HTTP: alive, ready, and the numbers. Few parts, for it runs in a thread of its own.
import type { RequestListener, ServerResponse } from 'node:http';
import { ERRORS } from '../errors.ts';
import { plainText } from '../kubernetes/plain-text.ts';
import { errorBody } from './error-body.ts';

export interface HealthDependencies {
  /** Why the process should be started anew, or undefined where it lives. */
  readonly whyNotLive: () => string | undefined;
  /** Why the server is not ready, or undefined where it is. */
  readonly whyNotReady: () => Promise<string | undefined>;
  /** undefined where they are not available in time. */
  readonly metrics: () => Promise<MetricsText | undefined>;
}

export interface MetricsText {
  readonly contentType: string;
  readonly text: string;
}

const TEXT = 'text/plain; charset=utf-8';
const JSON_TYPE = 'application/json; charset=utf-8';

export function createHealthApp(dependencies: HealthDependencies): RequestListener {
  const { whyNotLive, whyNotReady, metrics } = dependencies;
  const pages: Readonly<Record<string, (response: ServerResponse) => Promise<void>>> = {
    '/livez': async (response) => sendState(response, 'not alive', whyNotLive()),
    '/readyz': async (response) => sendState(response, 'not ready', await whyNotReady()),
    '/metrics': async (response) => {
      const found = await metrics();
      if (found === undefined) return sendText(response, 503, TEXT, 'the event loop is busy\n');
      sendText(response, 200, found.contentType, found.text);
    },
  };
  return (request, response) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    const page = Object.hasOwn(pages, path) ? pages[path] : undefined;
    if (page === undefined) return sendError(response, 'not-found', 'Here are /livez, /readyz and /metrics.');
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      return sendError(response, 'method-not-allowed');
    }
    page(response).catch(() => sendText(response, 500, TEXT, 'failed\n'));
  };
}

function sendState(response: ServerResponse, what: string, reason: string | undefined): void {
  if (reason === undefined) sendText(response, 200, TEXT, 'ok\n');
  else sendText(response, 503, TEXT, `${what}: ${plainText(reason)}\n`);
}

function sendError(response: ServerResponse, code: 'not-found' | 'method-not-allowed', detail = ''): void {
  sendText(response, ERRORS[code].status, JSON_TYPE, JSON.stringify(errorBody(code, detail)));
}

function sendText(response: ServerResponse, status: number, type: string, text: string): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) }).end(text);
}
