// The HTTPS edge: an express app that is built without listening. It reads a review, sends it down the corridor and
// writes the answer; whatever comes in, what goes out is an AdmissionReview or a JSON error of the table.
import type { IncomingMessage, RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { type Admission, admit, loggedObject, type Webhook } from '../admission/admit.ts';
import { allow, denyUnreadable } from '../admission/response.ts';
import { parseReview, type Review } from '../admission/review.ts';
import type { Corridor } from '../verdict/corridor.ts';
import type { RankedFinding } from '../verdict/verdict.ts';
import { type AnswerDependencies, clip, errorText, reject, send } from './answer.ts';
import { deadlineOf } from './deadline.ts';
import { type Body, readBody, readHead } from './read-body.ts';

export interface AppDependencies extends AnswerDependencies {
  /** What is known when a request comes; read once a request. */
  readonly corridor: () => Corridor;
  /** Told of each finding once the answer is on its way. */
  readonly onFinding?: ((found: RankedFinding) => void) | undefined;
  /** Monotonic milliseconds. */
  readonly clock: () => number;
  /** Why the client may not call, as sentences; left out, everybody may. */
  readonly clientFault?: (socket: Socket) => string | undefined;
}

export function createApp(dependencies: AppDependencies): RequestListener {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  for (const webhook of ['mutate', 'validate'] as const) addWebhook(app, webhook, dependencies);
  app.use((request, response) => reject(request, response, 'not-found', '', dependencies));
  return (request, response) => {
    // Before anything of the request is looked at.
    const fault = dependencies.clientFault?.(request.socket);
    if (fault !== undefined) return reject(request, response, 'client-not-allowed', fault, dependencies);
    // Express' own last resort answers HTML: for a target that is no URL, and for whatever escapes a handler.
    const lastResort = (error?: unknown): void => {
      if (error !== undefined && error !== null) dependencies.logger.error({ err: error }, 'a request failed');
      reject(request, response, 'http-malformed', '', dependencies);
    };
    // Express makes its own request and response of the two by changing their prototypes.
    app(request as Request, response as Response, lastResort as NextFunction);
  };
}

function addWebhook(app: Express, webhook: Webhook, dependencies: AppDependencies): void {
  app.post(`/${webhook}`, (request, response) => handleReview(webhook, request, response, dependencies));
  app.all(`/${webhook}`, (request, response) => {
    response.setHeader('allow', 'POST');
    reject(request, response, 'method-not-allowed', `It is ${request.method}.`, dependencies);
  });
}

async function handleReview(
  webhook: Webhook,
  request: Request,
  response: Response,
  dependencies: AppDependencies,
): Promise<void> {
  const typeFault = contentTypeFault(request);
  if (typeFault !== undefined) return reject(request, response, 'content-type-unsupported', typeFault, dependencies);
  const body = await readBody(request, deadlineOf(request.query['timeout']));
  if (!body.ok) return rejectBody(body, request, response, dependencies);
  const startedMs = dependencies.clock();
  const parsed = parseJson(body.bytes);
  if (!parsed.ok) return reject(request, response, parsed.code, '', dependencies);
  const review = parseReview(parsed.value);
  if (!review.ok) {
    const { code, detail, uid, apiVersion } = review;
    if (uid === undefined) return reject(request, response, code, detail, dependencies);
    dependencies.metrics.rejected(code);
    dependencies.logger.warn({ code, detail: clip(detail), uid: clip(uid), webhook }, 'refused a review');
    return send(response, denyUnreadable(uid, errorText(code, detail), apiVersion), dependencies);
  }
  const admission = admitSafely(webhook, review.review, dependencies);
  send(response, admission.answer, dependencies);
  record(webhook, review.review, admission, dependencies.clock() - startedMs, dependencies);
}

/** The charset is left alone: JSON is UTF-8 whatever it says (RFC 8259), and the bytes are looked at. */
function contentTypeFault({ headers }: IncomingMessage): string | undefined {
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') return `The content encoding is ${clip(encoding)}.`;
  const type = headers['content-type'];
  if (type === undefined) return 'There is none.';
  return type.split(';', 1)[0]?.trim().toLowerCase() === 'application/json' ? undefined : `It is ${clip(type)}.`;
}

/** A body that cannot be had is still answered with an AdmissionReview where its uid can be seen. */
function rejectBody(
  body: Exclude<Body, { readonly ok: true }>,
  request: Request,
  response: Response,
  dependencies: AppDependencies,
): void {
  if (body.reason === 'aborted') {
    dependencies.metrics.rejected('aborted');
    return;
  }
  // What is still on its way would be read as the next request.
  if (body.reason === 'timeout' || !body.isDrained) response.setHeader('connection', 'close');
  const head = body.reason === 'timeout' ? undefined : readHead(body.head);
  if (head === undefined) {
    reject(request, response, body.reason === 'timeout' ? 'body-timeout' : 'body-too-large', '', dependencies);
    return;
  }
  dependencies.metrics.rejected('body-too-large');
  dependencies.logger.warn({ code: 'body-too-large', uid: head.uid }, 'refused a review');
  send(response, denyUnreadable(head.uid, errorText('body-too-large'), head.apiVersion), dependencies);
}

type Parsed =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: 'body-not-json' | 'body-not-utf8' };

function parseJson(bytes: Buffer): Parsed {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes); // takes a byte order mark off
  } catch {
    return { ok: false, code: 'body-not-utf8' };
  }
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false, code: 'body-not-json' };
  }
}

/** A fault of ours must never stop somebody's deployment: it is logged, counted, and the object passes with a warning. */
function admitSafely(webhook: Webhook, review: Review, { corridor, logger, metrics }: AppDependencies): Admission {
  try {
    return admit(webhook, review, corridor());
  } catch (error) {
    logger.error({ err: error, webhook, ...loggedFields(review) }, 'the review could not be judged');
    metrics.ruleFailed('(pipeline)');
    const warning =
      'gke-ingress-guard could not judge this object because of a fault of its own; it was let through. See its log.';
    return { answer: allow(review.uid, [warning]), findings: [], patch: undefined, failures: [] };
  }
}

function record(
  webhook: Webhook,
  review: Review,
  { answer, findings, patch, failures }: Admission,
  durationMs: number,
  { logger, metrics, onFinding }: AppDependencies,
): void {
  const { allowed } = answer.response;
  metrics.admission(webhook, review.kind.kind, allowed, durationMs / 1000);
  for (const found of findings) {
    metrics.finding(found);
    onFinding?.(found);
  }
  if (patch !== undefined) metrics.injected();
  for (const { rule, error } of failures) {
    metrics.ruleFailed(rule);
    logger.error({ err: error, rule, ...loggedFields(review) }, 'a rule failed');
  }
  logger.info(
    {
      webhook,
      operation: review.operation,
      ...loggedFields(review),
      ...(review.isDryRun ? { dryRun: true } : {}),
      allowed,
      ...(patch === undefined ? {} : { patched: true }),
      ...(findings.length === 0
        ? {}
        : { findings: findings.map(({ finding, outcome }) => `${finding.rule}:${outcome}`) }),
      durationMs: Math.round(durationMs * 1000) / 1000,
    },
    'review',
  );
}

/** Which object it was about, and never what stands in it. */
function loggedFields(review: Review): Readonly<Record<string, string>> {
  const { kind, namespace, name } = loggedObject(review);
  return { uid: clip(review.uid), kind: clip(kind), namespace: clip(namespace), name: clip(name) };
}
