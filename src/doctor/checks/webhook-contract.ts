import { at, textOr, textsOf } from '../../kubernetes/read.ts';
import { aboutWebhooks, type Check, type Problem } from '../check.ts';
import { type GuardWebhook, guardWebhooks, patchWebhook } from '../webhooks.ts';

export const webhookContract: Check = {
  id: 'webhook-contract',
  looksAt: 'sideEffects None, admissionReviewVersions v1, matchPolicy Equivalent, reinvocationPolicy IfNeeded.',
  why: 'Other values make dry runs fail, let older API versions pass unseen, or miss what later webhooks change.',
  ok: 'the webhooks are called as the guard answers',
  needs: ['mutating', 'validating'],
  subject: aboutWebhooks,
  run: (installation) => guardWebhooks(installation).flatMap(judge),
};

function judge(webhook: GuardWebhook): readonly Problem[] {
  const { raw, isMutating } = webhook;
  const problems: Problem[] = [];
  const wrong = (status: Problem['status'], field: string, value: unknown, message: string): void => {
    problems.push({ status, subject: webhook.subject, message, fix: patchWebhook(webhook, field, value) });
  };
  const sideEffects = textOr(at(raw, 'sideEffects'), '');
  if (sideEffects !== 'None' && sideEffects !== 'NoneOnDryRun') {
    const what = `sideEffects is "${sideEffects}": every dry run of Flux, Argo CD and kubectl diff fails. The guard has none.`;
    wrong('error', 'sideEffects', 'None', what);
  }
  if (!textsOf(at(raw, 'admissionReviewVersions')).includes('v1')) {
    const what = 'admissionReviewVersions does not name v1, the only version that the guard answers.';
    wrong('error', 'admissionReviewVersions', ['v1'], what);
  }
  if (textOr(at(raw, 'matchPolicy'), 'Equivalent') !== 'Equivalent') {
    const what = 'matchPolicy is Exact: an object that comes in another version of its API is stored unseen.';
    wrong('warning', 'matchPolicy', 'Equivalent', what);
  }
  if (isMutating && textOr(at(raw, 'reinvocationPolicy'), 'Never') !== 'IfNeeded') {
    const what =
      'reinvocationPolicy is not IfNeeded: where a later webhook makes the Service a ClusterIP, its NEG annotation is not added.';
    wrong('warning', 'reinvocationPolicy', 'IfNeeded', what);
  }
  return problems;
}
