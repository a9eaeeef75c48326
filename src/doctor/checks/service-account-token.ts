import { at, objectsOf } from '../../kubernetes/read.ts';
import { aboutDeployment, type Check } from '../check.ts';
import { mergePatch } from '../fix.ts';
import { isSelfSigned, readGuardPod, usesCluster } from '../guard-pod.ts';
import { need } from '../installation.ts';

export const serviceAccountToken: Check = {
  id: 'service-account-token',
  looksAt: 'A guard that watches the cluster, or makes its own certificate, has a token to ask with.',
  why: 'Without a token every question to the API server is refused, and each object is judged by itself.',
  ok: 'the Pod has a token where it needs one',
  needs: ['deployment', 'serviceAccount'],
  subject: aboutDeployment,
  run: (installation) => {
    const pod = readGuardPod(need(installation, 'deployment'));
    if (!usesCluster(pod) && !isSelfSigned(pod)) return [];
    const account = at(need(installation, 'serviceAccount'), 'automountServiceAccountToken');
    const isMounted = at(pod.spec, 'automountServiceAccountToken') ?? account ?? true;
    const projected = objectsOf(at(pod.spec, 'volumes')).flatMap((volume) =>
      objectsOf(at(volume, 'projected', 'sources')),
    );
    if (isMounted !== false || projected.some((source) => at(source, 'serviceAccountToken') !== undefined)) return [];
    const { namespace, name } = installation.guard;
    return [
      {
        status: 'error',
        subject: aboutDeployment(installation),
        message: `it ${usesCluster(pod) ? 'watches the cluster (no --no-cluster among its arguments)' : 'keeps its certificate in a Secret (--self-signed)'}, and automountServiceAccountToken is false: it has no token to ask with.`,
        fix: [
          mergePatch(namespace, 'deployment', name, {
            spec: { template: { spec: { automountServiceAccountToken: true } } },
          }),
        ],
      },
    ];
  },
};
