import { clusterCommand } from '../../facts/facts.ts';
import { at, stringMapOf } from '../../kubernetes/read.ts';
import { operand } from '../../shell-quote.ts';
import { aboutDeployment, type Check } from '../check.ts';
import { type Fix, joinFixes, kubectl } from '../fix.ts';
import { readGuardPod, usesCluster } from '../guard-pod.ts';
import { type Installation, need, readMountedFacts } from '../installation.ts';

const WORKLOAD_IDENTITY = 'iam.gke.io/gcp-service-account';

/** What does not work while a fact is not known. */
const EFFECTS = {
  httpLoadBalancing: 'no Ingress is refused for an add-on that is off',
  vpcNative: 'no Service gets its NEG annotation',
} as const;

export const facts: Check = {
  id: 'facts',
  looksAt: "The facts file can be read, and it, or Google's API, tells httpLoadBalancing and vpcNative.",
  why: 'Unknown is not off: until they are known the guard refuses nothing for the add-on, and adds no annotation.',
  ok: 'the guard knows, or can ask, what it needs of the cluster',
  needs: ['deployment', 'configMaps', 'serviceAccount'],
  subject: aboutDeployment,
  run: (installation) => {
    const { facts: known, configMap, fault } = readMountedFacts(installation);
    const { namespace } = installation.guard;
    const subject = configMap === undefined ? aboutDeployment(installation) : `ConfigMap/${namespace}/${configMap}`;
    const edit: Fix =
      installation.origin === 'cluster' && configMap !== undefined
        ? [kubectl(namespace, 'edit', 'configmap', operand(configMap))]
        : 'edit facts.yaml of your overlay, or facts among the values of the chart, and apply it';
    if (fault !== undefined) {
      const message = `the facts file cannot be used (facts-invalid), and the guard does not start with it: ${fault.replaceAll('\n', '; ')}`;
      return [{ status: 'error', subject, message, fix: joinFixes(edit, ' ', '# docs/facts-file.md has every field') }];
    }
    // Without an annotation too, as Workload Identity Federation has it: IAM grants the role, and shows nobody here.
    const unknown = (['httpLoadBalancing', 'vpcNative'] as const).filter((name) => !known[name].known);
    if (unknown.length === 0 || asksGoogle(installation)) return [];
    const effects = unknown.map((name) => `${name} is not known: ${EFFECTS[name]}`).join('; ');
    const tell = clusterCommand(
      'describe',
      known.cluster,
      '--format=yaml(addonsConfig.httpLoadBalancing,ipAllocationPolicy.useIpAliases)',
    );
    const message = mayAskGoogle(installation)
      ? `the facts file does not say ${unknown.join(' and ')}. The guard asks Google's API, if IAM lets it, which cannot be seen from here; if not, ${effects}.`
      : `${effects}. The facts file does not say it, and the guard asks nobody else (--no-cluster, --no-gke-api).`;
    return [
      { status: 'warning', subject, message, fix: [...joinFixes([tell], '; then ', edit), ' # docs/facts-file.md'] },
    ];
  },
};

function mayAskGoogle(installation: Installation): boolean {
  const pod = readGuardPod(need(installation, 'deployment'));
  return usesCluster(pod) && !pod.flags.has('--no-gke-api');
}

/** The annotation shows that somebody meant it to. */
function asksGoogle(installation: Installation): boolean {
  const annotations = stringMapOf(at(need(installation, 'serviceAccount'), 'metadata', 'annotations'));
  return mayAskGoogle(installation) && annotations[WORKLOAD_IDENTITY] !== undefined;
}
