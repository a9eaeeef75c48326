import { faultsOfPolicyFile } from '../../policy/policy-text.ts';
import { operand } from '../../shell-quote.ts';
import { aboutDeployment, type Check } from '../check.ts';
import { kubectl } from '../fix.ts';
import { readGuardPod } from '../guard-pod.ts';
import { mountedFiles, need } from '../installation.ts';

export const policy: Check = {
  id: 'policy',
  looksAt: 'The policy files that the Pod mounts can be read and name only rules that there are.',
  why: 'A guard with a policy that it cannot read does not start, or goes on with the last one that it could.',
  ok: 'the policy can be read, or is the shipped one',
  needs: ['deployment', 'configMaps'],
  subject: aboutDeployment,
  run: (installation, { ruleIds }) => {
    const directory = readGuardPod(need(installation, 'deployment')).flags.get('--policy')?.replace(/\/$/, '');
    if (directory === undefined) return [];
    const { namespace } = installation.guard;
    return mountedFiles(installation, directory).flatMap(({ configMap, file, text }) =>
      faultsOfPolicyFile(file, text, ruleIds).map((fault) => ({
        status: 'error' as const,
        subject: `ConfigMap/${namespace}/${configMap}`,
        message: `${fault} (policy-invalid).`,
        fix:
          installation.origin === 'cluster'
            ? [kubectl(namespace, 'edit', 'configmap', operand(configMap)), '; gke-ingress-guard rules lists the ids']
            : 'Correct that line of your overlay; gke-ingress-guard rules lists the ids',
      })),
    );
  },
};
