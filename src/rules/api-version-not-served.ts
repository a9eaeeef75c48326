import type { Facts } from '../facts/facts.ts';
import type { RuleFinding } from '../judge/finding.ts';
import { advise } from '../judge/fix.ts';
import { defineRule, type ObjectContext } from '../judge/rule.ts';

export const apiVersionNotServed = defineRule({
  id: 'api-version-not-served',
  judges: ['Ingress', 'Workload'],
  severity: 'error',
  summary: "The object's API version is one that the cluster's Kubernetes version no longer serves.",
  why: 'The API server knows no such kind and refuses the file; where kubectl says "no matches for kind", this is why. Only files have such objects, since what is stored is read in every version that is served.',
  fix: 'Write the API version that is served, with the fields as it has them.',
  noEdits: 'The fields differ between the versions too.',
  covers: [],
  references: ['https://kubernetes.io/docs/reference/using-api/deprecation-guide/'],
  isAboutClass: true,
  check: { Object: findRemoved },
});

interface Removed {
  /** The minor version of Kubernetes 1 that no longer has it. */
  readonly in: number;
  readonly instead: string;
  /** What has to be written differently. */
  readonly changes: string;
}

const APPS: Removed = { in: 16, instead: 'apps/v1', changes: 'with spec.selector' };
const NETWORKING: Removed = {
  in: 22,
  instead: 'networking.k8s.io/v1',
  changes: 'with service.name, service.port and pathType',
};

/** By API version and kind, from the deprecation guide. */
const REMOVED: Readonly<Record<string, Removed>> = {
  'extensions/v1beta1 Ingress': NETWORKING,
  'networking.k8s.io/v1beta1 Ingress': NETWORKING,
  'extensions/v1beta1 Deployment': APPS,
  'extensions/v1beta1 DaemonSet': APPS,
  'apps/v1beta1 Deployment': APPS,
  'apps/v1beta1 StatefulSet': APPS,
  'apps/v1beta2 Deployment': APPS,
  'apps/v1beta2 DaemonSet': APPS,
  'apps/v1beta2 StatefulSet': APPS,
};

function findRemoved({ object, facts, planner }: ObjectContext): readonly RuleFinding[] {
  const { apiVersion, kind } = object;
  const removed = REMOVED[`${apiVersion} ${kind}`];
  const minor = minorOf(facts);
  if (removed === undefined || minor === undefined || minor < removed.in) return [];
  if (object.kind === 'Ingress' && planner.planOf(object).served.concern === 'none') return [];
  return [
    {
      path: ['apiVersion'],
      message: `Kubernetes 1.${minor} does not serve ${apiVersion} of kind ${kind} (gone since 1.${removed.in}): the API server refuses it.`,
      fix: [advise(`write ${removed.instead}, ${removed.changes}`)],
    },
  ];
}

/** undefined where the version is not known. */
function minorOf({ version }: Facts): number | undefined {
  const minor = version.known ? /^v?1\.([0-9]+)/.exec(version.value)?.[1] : undefined;
  return minor === undefined ? undefined : Number(minor);
}
