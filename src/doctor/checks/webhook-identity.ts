import { at, textOr } from '../../kubernetes/read.ts';
import { aboutWebhooks, type Check, type Problem } from '../check.ts';
import { REAPPLY } from '../fix.ts';
import type { Installation } from '../installation.ts';
import { type GuardWebhook, guardWebhooks, patchWebhook } from '../webhooks.ts';

export const webhookIdentity: Check = {
  id: 'webhook-identity',
  looksAt: "Each webhook calls the guard's Service at /mutate or /validate, and there are no others beside it.",
  why: 'A webhook that calls another Service, or another path, gets no verdict; every call fails.',
  ok: 'both configurations call the guard, and nothing else',
  needs: ['mutating', 'validating'],
  subject: aboutWebhooks,
  run: (installation) => {
    const webhooks = guardWebhooks(installation);
    return [...absent(webhooks, installation), ...webhooks.flatMap((webhook) => judge(webhook, installation))];
  },
};

function absent(webhooks: readonly GuardWebhook[], { guard }: Installation): readonly Problem[] {
  return [true, false].flatMap((isMutating) =>
    webhooks.some((webhook) => webhook.isMutating === isMutating)
      ? []
      : [
          {
            status: 'error' as const,
            subject: `${isMutating ? 'Mutating' : 'Validating'}WebhookConfiguration/${guard.name}`,
            message: 'it has no webhooks: the API server calls nobody.',
            fix: REAPPLY,
          },
        ],
  );
}

function judge(webhook: GuardWebhook, { guard }: Installation): readonly Problem[] {
  const { subject, raw, isMutating } = webhook;
  const service = at(raw, 'clientConfig', 'service');
  if (service === undefined) {
    const url = textOr(at(raw, 'clientConfig', 'url'), '');
    return [
      {
        status: 'warning',
        subject,
        message: `it calls ${url === '' ? 'nobody' : `the URL ${JSON.stringify(url)}`}, not the Service ${guard.namespace}/${guard.name}: what follows about ports and certificates does not speak of it.`,
        fix: 'Set clientConfig.service as deploy/base/webhooks.yaml has it.',
      },
    ];
  }
  const called = `${textOr(at(service, 'namespace'), '')}/${textOr(at(service, 'name'), '')}`;
  const path = textOr(at(service, 'path'), '/');
  const right = isMutating ? '/mutate' : '/validate';
  const problems: Problem[] = [];
  if (called !== `${guard.namespace}/${guard.name}`) {
    problems.push({
      status: 'error',
      subject,
      message: `it calls the Service ${called}, which is not the guard's ${guard.namespace}/${guard.name}.`,
      fix: patchWebhook(webhook, 'clientConfig/service/name', guard.name),
    });
  }
  if (path.replace(/\?.*$/, '') !== right) {
    problems.push({
      status: 'error',
      subject,
      message: `it calls the path ${JSON.stringify(path)}; the guard answers a ${isMutating ? 'mutating' : 'validating'} webhook at ${right}.`,
      fix: patchWebhook(webhook, 'clientConfig/service/path', right),
    });
  }
  return problems;
}
