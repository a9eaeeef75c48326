// One request from its head to its answer: read within bounds, dropped where nobody waits for it any more, measured before it
// is parsed, and sent down the corridor.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Admission, admit, plain, type Webhook } from '../admission/admit.ts';
import { allow, denyUnreadable } from '../admission/response.ts';
import type { Review } from '../admission/review.ts';
import type { Corridor } from '../verdict/corridor.ts';
import { type AnswerDependencies, clip, reject, send } from './answer.ts';
import type { Step } from './batch.ts';
import { type BodyBudget, SMALL_BODY_BYTES } from './body-budget.ts';
import { errorText } from './error-body.ts';
import { answerUnjudged, type OnOverload, type OverloadCode } from './overload.ts';
import { type Body, readBody, readHead } from './read-body.ts';
import { readReview, type Unreadable } from './read-review.ts';
import { loggedObject, type RecordDependencies, recordReview } from './record-review.ts';
import { whyDropped } from './shedding.ts';
import type { Turns } from './turns.ts';

export interface ReviewDependencies extends AnswerDependencies, RecordDependencies {
  /** What is known when a request comes; read once a request. */
  readonly corridor: () => Corridor;
  /** Monotonic milliseconds. */
  readonly clock: () => number;
  readonly budget: BodyBudget;
  /** The longest that what is read now can have lain unread, in milliseconds. */
  readonly unreadMs: () => number;
  /** Who is judged when. */
  readonly turns: Turns;
}

/** One request on its way through the app. */
export interface Exchange {
  readonly webhook: Webhook;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** How long its client waits. */
  readonly timeoutMs: number;
}

export async function handleReview(exchange: Exchange, dependencies: ReviewDependencies): Promise<void> {
  const { request, response, timeoutMs } = exchange;
  const typeFault = contentTypeFault(request);
  if (typeFault !== undefined) return reject(request, response, 'content-type-unsupported', typeFault, dependencies);
  const [seenMs, unreadMs] = [dependencies.clock(), dependencies.unreadMs()];
  if (Number(request.headers['content-length']) <= SMALL_BODY_BYTES) dependencies.turns.stirred();
  const body = await readBody(request, { timeoutMs, budget: dependencies.budget });
  if (!body.ok) return rejectBody(body, exchange, dependencies);
  try {
    const startedMs = dependencies.clock();
    const isJudged = await dependencies.turns.run(body.bytes, (waitedMs) => {
      // Whoever has gone while it waited reads no answer.
      if (response.destroyed) {
        dependencies.metrics.rejected('aborted');
        return undefined;
      }
      const dropped = whyDropped({ timeoutMs, ageMs: startedMs - seenMs + waitedMs, unreadMs, waitedMs });
      if (dropped === undefined) return judgeBody(body.bytes, startedMs, exchange, dependencies);
      unjudged(dropped, body.bytes, exchange, dependencies);
      return undefined;
    });
    if (!isJudged) unjudged('loop-late', body.bytes, exchange, dependencies);
  } finally {
    body.lease.release();
  }
}

function judgeBody(
  bytes: Buffer,
  startedMs: number,
  exchange: Exchange,
  dependencies: ReviewDependencies,
): Step | undefined {
  const { webhook, response } = exchange;
  const read = readReview(bytes);
  if (!read.ok) {
    if (read.code === 'body-too-many-values') unjudged(read.code, bytes, exchange, dependencies);
    else refuse(read, exchange, dependencies);
    return undefined;
  }
  const { review } = read;
  const admission = admitSafely(webhook, review, dependencies);
  return () => {
    send(response, admission.answer, dependencies);
    const durationMs = dependencies.clock() - startedMs;
    return () => {
      recordReview(webhook, review, admission, durationMs, dependencies);
      return undefined;
    };
  };
}

function unjudged(code: OverloadCode, body: Buffer, exchange: Exchange, dependencies: ReviewDependencies): void {
  const { webhook, request, response } = exchange;
  answerUnjudged({ code, webhook, body, onOverload: onOverload(dependencies) }, request, response, dependencies);
}

/** As shipped where nothing can be known. */
function onOverload({ corridor, logger }: ReviewDependencies): OnOverload {
  try {
    return corridor().policy.onOverload;
  } catch (error) {
    logger.error({ err: error }, 'the policy could not be read');
    return 'allow';
  }
}

/** The charset is left alone: JSON is UTF-8 whatever it says (RFC 8259), and the bytes are looked at. */
function contentTypeFault({ headers }: IncomingMessage): string | undefined {
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') return `The content encoding is ${clip(encoding)}.`;
  const type = headers['content-type'];
  if (type === undefined) return 'There is none.';
  return type.split(';', 1)[0]?.trim().toLowerCase() === 'application/json' ? undefined : `It is ${clip(type)}.`;
}

/** A body that cannot be read is still answered with an AdmissionReview where its uid can be seen. */
function rejectBody(
  body: Exclude<Body, { readonly ok: true }>,
  exchange: Exchange,
  dependencies: ReviewDependencies,
): void {
  const { request, response } = exchange;
  if (body.reason === 'aborted') {
    dependencies.metrics.rejected('aborted');
    return;
  }
  // What is still on its way would be read as the next request.
  if (body.reason === 'timeout' || !body.isDrained) response.setHeader('connection', 'close');
  if (body.reason === 'timeout') reject(request, response, 'body-timeout', '', dependencies);
  else if (body.reason === 'over-budget') unjudged('bodies-over-budget', body.head, exchange, dependencies);
  else refuse({ code: 'body-too-large', detail: '', ...readHead(body.head) }, exchange, dependencies);
}

/** What no API server sends is refused, whatever the policy: let through, it would be a way around the guard. */
function refuse(
  { code, detail, uid, apiVersion }: Unreadable,
  { webhook, request, response }: Exchange,
  dependencies: ReviewDependencies,
): void {
  if (uid === undefined) {
    reject(request, response, code, detail, dependencies);
    return;
  }
  dependencies.metrics.rejected(code);
  dependencies.logger.warn({ code, detail: clip(detail), uid: clip(uid), webhook }, 'refused a review');
  send(response, denyUnreadable(uid, errorText(code, detail), apiVersion), dependencies);
}

/** A fault of ours must never stop somebody's deployment: it is logged, counted, and the object passes with a warning. */
function admitSafely(webhook: Webhook, review: Review, { corridor, logger, metrics }: ReviewDependencies): Admission {
  try {
    return admit(webhook, review, corridor());
  } catch (error) {
    logger.error({ err: error, webhook, ...loggedObject(review) }, 'the review could not be judged');
    metrics.ruleFailed('(pipeline)');
    const warning =
      'gke-ingress-guard could not judge this object because of a fault of its own; it was let through. See its log.';
    return plain(allow(review.uid, [warning]));
  }
}
