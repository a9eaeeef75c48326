// Where the plan and the controller are known to differ. Each is shown by a case of special-cases.ts, and has to differ
// there still: what has been put right is to be taken out of here.
import type { Disagreement } from './compare.ts';

export interface KnownDifference {
  readonly id: string;
  readonly what: string;
  readonly right: 'controller' | 'plan';
  /** In ingress-gce v1.41.0. */
  readonly source: string;
  isIt(disagreement: Disagreement): boolean;
}

const inCase =
  (...names: readonly string[]) =>
  ({ case: one }: Disagreement): boolean =>
    names.some((name) => one.name.replace(/ #\d+$/, '') === `special ${name}`);

/** Errors of a sync that are one backend's. */
const OF_BACKENDS = ['C30', 'C31', 'C34', 'C48', 'no NEG'];

export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    id: 'pods-of-any-kind',
    what: 'Pods of a stand-alone ReplicaSet, Job or CronJob give the health check too: the plan does not know these kinds.',
    right: 'controller',
    source: 'pkg/controller/translator/translator.go getHTTPProbe: every Pod that the selector matches',
    isIt: inCase('Pods of a ReplicaSet', 'Pods of a Job', 'Pods of a CronJob'),
  },
  {
    id: 'multi-cluster-is-built',
    what: 'class gce-multi-cluster with NEG backends only gets a load balancer: the plan says that nobody here serves it.',
    right: 'controller',
    source:
      'pkg/controller/controller.go SyncBackends: only syncInstanceGroup ends the sync early, and NEGs do not need it',
    isIt: inCase('gce-multi-cluster with NEGs only'),
  },
  {
    id: 'multi-cluster-has-the-finalizer',
    what: 'class gce-multi-cluster gets the finalizer of the Ingress controller, whether it is built or not.',
    right: 'controller',
    source: 'pkg/controller/controller.go sync: ensureFinalizer comes before the class is looked at',
    isIt: inCase('gce-multi-cluster with an instance group'),
  },
  {
    id: 'multi-cluster-ipv6-only',
    what: 'an IPv6-only Service behind gce-multi-cluster alone fails in the NEG controller.',
    right: 'controller',
    source: 'pkg/neg/controller.go processService; pkg/neg/utils.go: Ingresses of every GLBC class count',
    isIt: inCase('gce-multi-cluster, IPv6 only'),
  },
  {
    id: 'regional-class-by-flag',
    what: '--ingress-class=gce-regional-external with the class itself off claims the Ingress, and forces no NEG.',
    right: 'controller',
    source: 'pkg/controller/translator/translator.go maybeEnableNEG: forced only with enableIngressRegionalExternal',
    isIt: inCase('--ingress-class=gce-regional-external, the class itself off'),
  },
  {
    id: 'ssl-policy-on-internal',
    what: 'sslPolicy on gce-internal links a global policy to a regional proxy, which Google refuses.',
    right: 'controller',
    source: 'pkg/translator/translator.go sslPolicyLink: regional for gce-regional-external only',
    isIt: ({ seen }) => seen.error === 'SSL policy refused',
  },
  {
    id: 'empty-certificate',
    what: 'a TLS Secret with an empty tls.crt counts as a pre-shared certificate, which nobody has made.',
    right: 'controller',
    source: 'pkg/loadbalancers/certificates.go createSslCertificates: an empty Certificate is a pre-shared one',
    isIt: inCase('an empty tls.crt'),
  },
  {
    id: 'traffic-scaling-no-number',
    what: 'NaN and infinity pass as max-rate-per-endpoint or capacity-scaler, and then fail every sync: the plan has no error.',
    right: 'controller',
    source:
      'pkg/controller/translator/translator.go setTrafficScaling takes them; pkg/backends/neg_linker.go Link, JSON does not',
    isIt: ({ seen }) => seen.error === 'no number',
  },
  {
    id: 'backend-without-paths',
    what: 'a backend whose paths are all replaced by later ones is not built, and its faults fail nothing: the plan counts them.',
    right: 'controller',
    source: 'pkg/utils/gceurlmap.go PutPathRulesForHost, AllServicePorts: only what is in the URL map is synced',
    isIt: ({ leaf, predicted: { unreached = [], error } }) =>
      unreached.some((key) => leaf.startsWith(`backends / ${key} /`)) ||
      (unreached.length > 0 && OF_BACKENDS.includes(String(error)) && !leaf.startsWith('backends')),
  },
];

/** Its instance group is reached through node ports, and not through the port of the Pods. */
export function isKnownOfFirewall(text: string): boolean {
  return text.startsWith('special --ingress-class=gce-regional-external');
}

export interface Sorted {
  readonly unknown: readonly Disagreement[];
  /** By the id of each known difference. */
  readonly known: ReadonlyMap<string, readonly Disagreement[]>;
}

export function sortOut(disagreements: readonly Disagreement[]): Sorted {
  const idOf = (one: Disagreement): string => KNOWN_DIFFERENCES.find(({ isIt }) => isIt(one))?.id ?? '';
  const groups = Map.groupBy(disagreements, idOf);
  const { '': unknown = [], ...known } = Object.fromEntries(groups);
  return { unknown, known: new Map(Object.entries(known)) };
}
