// What is answered by policy, unjudged: reviews that there is no memory or no time for. The answer costs next to nothing.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type AdmissionReviewResponse, allow, denyUnreadable } from '../admission/response.ts';
import { ERRORS } from '../errors.ts';
import type { Corridor } from '../verdict/corridor.ts';
import { type AnswerDependencies, reject, send } from './answer.ts';
import { errorText, type RejectedCode } from './error-body.ts';
import { type ReviewHead, readHead } from './read-body.ts';

export type OverloadCode = Extract<
  RejectedCode,
  'bodies-over-budget' | 'body-too-many-values' | 'deadline-passed' | 'loop-late'
>;

/** As the policy has it. */
export type OnOverload = Corridor['policy']['onOverload'];

export interface Unjudged {
  readonly code: OverloadCode;
  readonly webhook: string;
  /** The body, or its beginning. */
  readonly body: Buffer;
  readonly onOverload: OnOverload;
}

/** Without a uid to answer there is only the error: failurePolicy decides then. */
export function answerUnjudged(
  { code, webhook, body, onOverload }: Unjudged,
  request: IncomingMessage,
  response: ServerResponse,
  dependencies: AnswerDependencies,
): void {
  const head = readHead(body);
  if (head === undefined) {
    reject(request, response, code, '', dependencies);
    return;
  }
  dependencies.metrics.rejected(code);
  const allowed = onOverload === 'allow';
  dependencies.logger.warn({ code, uid: head.uid, webhook, allowed }, 'answered a review unjudged');
  send(
    response,
    allowed ? letThrough(head, code) : denyUnreadable(head.uid, errorText(code), head.apiVersion),
    dependencies,
  );
}

function letThrough({ uid, apiVersion }: ReviewHead, code: OverloadCode): AdmissionReviewResponse {
  const warning = `gke-ingress-guard let this object through unjudged. ${ERRORS[code].message} [${code}]`;
  const answer = allow(uid, [warning]);
  return apiVersion === undefined ? answer : { ...answer, apiVersion };
}
