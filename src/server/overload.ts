// What is answered by policy, unjudged: reviews that there is no memory or no time for. The answer costs next to nothing.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { allow, denyUnreadable } from '../admission/response.ts';
import { ERRORS } from '../errors.ts';
import type { Policy } from '../policy/policy.ts';
import { type AnswerDependencies, reject, send } from './answer.ts';
import { errorText, type RejectedCode } from './error-body.ts';
import { readHead } from './read-body.ts';

export type OverloadCode = Extract<
  RejectedCode,
  'bodies-over-budget' | 'body-too-many-values' | 'deadline-passed' | 'loop-late'
>;

export interface Unjudged {
  readonly code: OverloadCode;
  readonly webhook: string;
  /** The body, or its beginning. */
  readonly body: Buffer;
  readonly onOverload: Policy['onOverload'];
}

/** Without a uid to answer there is only the error: failurePolicy decides then. */
export function answerUnjudged(
  { code, webhook, body, onOverload }: Unjudged,
  request: IncomingMessage,
  response: ServerResponse,
  dependencies: AnswerDependencies,
): void {
  const head = readHead(body);
  if (head === undefined) return reject(request, response, code, '', dependencies);
  const { uid, apiVersion } = head;
  dependencies.metrics.rejected(code);
  dependencies.logger.warn({ code, uid, webhook, allowed: onOverload === 'allow' }, 'answered a review unjudged');
  if (onOverload === 'deny') return send(response, denyUnreadable(uid, errorText(code), apiVersion), dependencies);
  const warning = `gke-ingress-guard let this object through unjudged. ${ERRORS[code].message} [${code}]`;
  const allowed = allow(uid, [warning]);
  send(response, apiVersion === undefined ? allowed : { ...allowed, apiVersion }, dependencies);
}
