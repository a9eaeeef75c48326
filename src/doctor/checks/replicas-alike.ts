import { parseLabelSelector } from '../../kubernetes/parse-network-policy.ts';
import { at, type JsonObject, objectsOf, optionalInteger, stringMapOf, textOr } from '../../kubernetes/read.ts';
import { operand } from '../../shell-quote.ts';
import { matchesLabelSelector } from '../../snapshot/snapshot.ts';
import { aboutDeployment, type Check, type Problem } from '../check.ts';
import { kubectl } from '../fix.ts';
import { readGuardPod } from '../guard-pod.ts';
import { type Installation, isIn, listed, need } from '../installation.ts';

export const replicasAlike: Check = {
  id: 'replicas-alike',
  looksAt: 'The Pods run, and all of them the image of the Deployment.',
  why: 'During a roll-out that hangs, the verdict depends on which Pod is asked.',
  ok: "the Pods run the Deployment's image",
  needs: ['deployment', 'pods'],
  subject: aboutDeployment,
  run: (installation) => {
    const deployment = need(installation, 'deployment');
    const { container } = readGuardPod(deployment);
    const pods = listed(installation, 'pods').filter(
      (pod) => isIn(pod, installation.guard.namespace) && isOf(deployment, pod) && !isEnding(pod),
    );
    return [...skew(pods, container, installation), ...restarting(pods, installation)];
  },
};

function skew(pods: readonly JsonObject[], container: JsonObject, installation: Installation): readonly Problem[] {
  const wanted = textOr(at(container, 'image'), '');
  const images = new Set(pods.flatMap((pod) => imageOf(pod, at(container, 'name'))));
  if (pods.length === 0 || (images.size === 1 && images.has(wanted))) return [];
  const { namespace, name } = installation.guard;
  return [
    {
      status: 'warning',
      subject: aboutDeployment(installation),
      message: `its Pods run ${[...images].toSorted().join(' and ')}, and it names ${wanted}: a roll-out is under way, or hangs.`,
      fix: [
        kubectl(namespace, 'rollout', 'status', `deployment/${name}`, '--timeout=60s'),
        '; ',
        kubectl(namespace, 'describe', 'pods'),
      ],
    },
  ];
}

/** More often than a node that was upgraded explains. */
const MANY_RESTARTS = 5;

function restarting(pods: readonly JsonObject[], installation: Installation): readonly Problem[] {
  return pods.flatMap((pod): readonly Problem[] => {
    const statuses = objectsOf(at(pod, 'status', 'containerStatuses'));
    const restarts = Math.max(0, ...statuses.map((status) => optionalInteger(at(status, 'restartCount')) ?? 0));
    if (restarts < MANY_RESTARTS) return [];
    const { namespace } = installation.guard;
    const name = textOr(at(pod, 'metadata', 'name'), '');
    return [
      {
        status: 'warning',
        subject: `Pod/${namespace}/${name}`,
        message: `it was restarted ${restarts} times: each time the calls under way were lost.`,
        fix: [
          kubectl(namespace, 'logs', operand(name), '--previous', '--tail=50'),
          '; ',
          kubectl(namespace, 'describe', 'pod', operand(name)),
        ],
      },
    ];
  });
}

function isOf(deployment: JsonObject, pod: JsonObject): boolean {
  const selector = parseLabelSelector(at(deployment, 'spec', 'selector'));
  return matchesLabelSelector(selector, stringMapOf(at(pod, 'metadata', 'labels')));
}

function isEnding(pod: JsonObject): boolean {
  return at(pod, 'metadata', 'deletionTimestamp') !== undefined;
}

function imageOf(pod: JsonObject, containerName: unknown): readonly string[] {
  const containers = objectsOf(at(pod, 'spec', 'containers'));
  const guard = containers.find((container) => at(container, 'name') === containerName) ?? containers[0];
  return guard === undefined ? [] : [textOr(at(guard, 'image'), '')];
}
