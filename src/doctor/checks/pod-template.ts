import { at, optionalInteger, textOr } from '../../kubernetes/read.ts';
import { operand } from '../../shell-quote.ts';
import { aboutDeployment, type Check, type Problem } from '../check.ts';
import { type Fix, kubectl } from '../fix.ts';
import { drainSeconds, readGuardPod } from '../guard-pod.ts';
import { type Installation, need } from '../installation.ts';

/** For what still runs when the drain ends. */
const ROOM_SECONDS = 5;

export const podTemplate: Check = {
  id: 'pod-template',
  looksAt:
    'Time to drain, a pinned image, memory that is asked for and bounded, and a roll-out that takes no Pod too early.',
  why: 'The API server does not ask again where a call is cut off: a Pod has to end what it began.',
  ok: 'it drains, is pinned and bounded, and rolls without a gap',
  needs: ['deployment'],
  subject: aboutDeployment,
  run: (installation) => {
    const { namespace, name } = installation.guard;
    const edit = kubectl(namespace, 'edit', 'deployment', operand(name));
    const subject = aboutDeployment(installation);
    return [...faultsOf(installation)].map(([message, set]): Problem => {
      // Of manifests it is to be changed where they come from: a command would change the cluster.
      const fix: Fix = installation.origin === 'cluster' ? [`Set ${set}: `, edit] : `Set ${set}`;
      return { status: 'warning', subject, message, fix };
    });
  },
};

/** What is wrong, and what to set. */
/** As deploy/base names it, for overlays to replace. */
const PLACEHOLDER = /^gke-ingress-guard(?::[^/]*)?$/;

type Fault = readonly [message: string, set: string];

function faultsOf(installation: Installation): readonly Fault[] {
  const deployment = need(installation, 'deployment');
  const pod = readGuardPod(deployment);
  const faults: Fault[] = [];
  const grace = optionalInteger(at(pod.spec, 'terminationGracePeriodSeconds')) ?? 30;
  const needed = drainSeconds(pod) + ROOM_SECONDS;
  if (grace < needed) {
    const message = `terminationGracePeriodSeconds is ${grace}, and the guard drains for ${drainSeconds(pod)} s: it is killed with calls open.`;
    faults.push([message, `terminationGracePeriodSeconds to ${needed} or more`]);
  }
  const image = textOr(at(pod.container, 'image'), '');
  // In a cluster the Pods show whether there is such an image.
  if (installation.origin === 'files' && PLACEHOLDER.test(image)) {
    const message = `its image ${JSON.stringify(image)} is what deploy/base has in place of yours: no registry has it, and no Pod starts.`;
    faults.push([
      message,
      'your image, under images of an overlay of your own (docs/install.md), or as image.repository of the chart',
    ]);
  } else if (!isPinned(image)) {
    const message = `its image ${JSON.stringify(image)} names no version: a restart may bring another guard, and its replicas may differ.`;
    faults.push([message, 'a tag or a digest (kustomize edit set image gke-ingress-guard=IMAGE:VERSION)']);
  }
  if (at(pod.container, 'resources', 'requests', 'memory') === undefined) {
    const message = 'it asks for no memory: where the node runs short, the guard is among the first to be evicted.';
    faults.push([message, 'resources.requests of the container, cpu: 250m and memory: 128Mi']);
  }
  if (at(pod.container, 'resources', 'limits', 'memory') === undefined) {
    faults.push(['its memory has no limit: a leak takes the node down with it.', 'resources.limits.memory, 512Mi']);
  }
  const strategy = at(deployment, 'spec', 'strategy');
  if (textOr(at(strategy, 'type'), 'RollingUpdate') === 'Recreate') {
    const message = 'its strategy is Recreate: during every roll-out nobody answers the API server.';
    faults.push([message, 'strategy to {type: RollingUpdate, rollingUpdate: {maxUnavailable: 0, maxSurge: 1}}']);
  } else if (!isZero(at(strategy, 'rollingUpdate', 'maxUnavailable'))) {
    const message = 'rollingUpdate.maxUnavailable is not 0: a roll-out takes a Pod before its successor is ready.';
    faults.push([message, 'strategy.rollingUpdate.maxUnavailable to 0']);
  }
  return faults;
}

function isPinned(image: string): boolean {
  if (image.includes('@sha256:')) return true;
  const tag = /:([^:/]+)$/.exec(image)?.[1];
  return tag !== undefined && tag !== 'latest';
}

function isZero(value: unknown): boolean {
  return value === 0 || value === '0' || value === '0%';
}
