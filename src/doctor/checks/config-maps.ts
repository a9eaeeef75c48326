import type { Check } from '../check.ts';
import { aboutDeployment } from '../check.ts';
import { configMapNames, readGuardPod } from '../guard-pod.ts';
import { isIn, listed, nameOf, need } from '../installation.ts';

export const configMaps: Check = {
  id: 'config-maps',
  looksAt: 'The ConfigMaps that the Pod mounts are there.',
  why: 'A Pod whose ConfigMap is missing waits in ContainerCreating and says so in its events only.',
  ok: 'the ConfigMaps that the Pod mounts are there',
  needs: ['deployment', 'configMaps'],
  subject: aboutDeployment,
  run: (installation) => {
    const { namespace } = installation.guard;
    const known = listed(installation, 'configMaps').filter((object) => isIn(object, namespace));
    return configMapNames(readGuardPod(need(installation, 'deployment')))
      .filter((name) => !known.some((object) => nameOf(object) === name))
      .map((name) => ({
        status: 'error' as const,
        subject: `ConfigMap/${namespace}/${name}`,
        message: 'the Deployment mounts it, and it is not there: new Pods wait in ContainerCreating.',
        fix:
          installation.origin === 'cluster'
            ? 'kubectl apply -k OVERLAY, for the name of a generated ConfigMap changes with its content'
            : 'Render first, for kustomize makes it: kubectl kustomize OVERLAY | gke-ingress-guard doctor -f -',
      }));
  },
};
