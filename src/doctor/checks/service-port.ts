import { at, type JsonObject, objectsOf, optionalInteger, stringMapOf, textOr } from '../../kubernetes/read.ts';
import { matchesSelector } from '../../snapshot/snapshot.ts';
import { aboutService, type Check, type Problem } from '../check.ts';
import { jsonPatch, REAPPLY } from '../fix.ts';
import { type GuardPod, readGuardPod, resolvePort, webhookPort } from '../guard-pod.ts';
import { type Installation, need } from '../installation.ts';
import { patchWebhook, serviceWebhooks } from '../webhooks.ts';

export const servicePort: Check = {
  id: 'service-port',
  looksAt:
    "The webhooks' port is one of the Service, its targetPort is what the guard listens on, its selector finds the Pods.",
  why: 'Any gap in this chain ends in "connection refused" or "no endpoints available" for every call.',
  ok: 'webhook, Service and Pod agree on the port, and the selector on the Pods',
  needs: ['mutating', 'validating', 'service', 'deployment'],
  subject: aboutService,
  run: (installation) => {
    const service = need(installation, 'service');
    const pod = readGuardPod(need(installation, 'deployment'));
    return [...judgeSelector(service, pod, installation), ...judgePorts(service, pod, installation)];
  },
};

function judgeSelector(service: JsonObject, { labels }: GuardPod, installation: Installation): readonly Problem[] {
  const selector = stringMapOf(at(service, 'spec', 'selector'));
  const pairs = Object.entries(selector);
  const { namespace, name } = installation.guard;
  if (textOr(at(service, 'spec', 'type'), 'ClusterIP') === 'ExternalName') {
    const host = textOr(at(service, 'spec', 'externalName'), '');
    const message = `it is of type ExternalName (${host}): the calls leave for that host, not for the guard's Pods.`;
    return [{ status: 'warning', subject: aboutService(installation), message, fix: REAPPLY }];
  }
  if (pairs.length > 0 && matchesSelector(selector, labels)) return [];
  const wrong = pairs.filter(([key, value]) => labels[key] !== value).map(([key, value]) => `${key}=${value}`);
  const [key, value] = Object.entries(labels)[0] ?? ['app.kubernetes.io/name', name];
  return [
    {
      status: 'error',
      subject: aboutService(installation),
      message:
        pairs.length === 0
          ? 'it has no selector, so it selects no Pod.'
          : `its selector asks for ${wrong.join(', ')}, which the Pods of the Deployment do not have: it selects no Pod.`,
      fix: [jsonPatch(namespace, 'service', name, { op: 'add', path: '/spec/selector', value: { [key]: value } })],
    },
  ];
}

function judgePorts(service: JsonObject, pod: GuardPod, installation: Installation): readonly Problem[] {
  const ports = objectsOf(at(service, 'spec', 'ports'));
  const numbers = ports.map((port) => optionalInteger(at(port, 'port')));
  const listening = webhookPort(pod);
  const { namespace, name } = installation.guard;
  return serviceWebhooks(installation).flatMap((webhook): readonly Problem[] => {
    const asked = optionalInteger(at(webhook.raw, 'clientConfig', 'service', 'port')) ?? 443;
    const index = numbers.indexOf(asked);
    if (index < 0) {
      return [
        {
          status: 'error',
          subject: webhook.subject,
          message: `it calls port ${asked} of the Service ${namespace}/${name}, which has ${numbers.join(', ') || 'none'}: every call fails.`,
          fix: patchWebhook(webhook, 'clientConfig/service/port', numbers[0] ?? listening),
        },
      ];
    }
    const target = at(ports[index], 'targetPort') ?? asked;
    const resolved = resolvePort(pod, target);
    if (resolved === listening) return [];
    return [
      {
        status: 'error',
        subject: aboutService(installation),
        message:
          resolved === undefined
            ? `targetPort "${String(target)}" of port ${asked} is the name of no port of the container: the Service has no endpoints.`
            : `targetPort of port ${asked} is ${resolved}, and the guard listens on ${listening}: every call is refused.`,
        fix: [
          jsonPatch(namespace, 'service', name, {
            op: 'replace',
            path: `/spec/ports/${index}/targetPort`,
            value: listening,
          }),
        ],
      },
    ];
  });
}
