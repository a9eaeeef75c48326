// What is known of the cluster. Each fact is on its own with its source and age, or is unknown; unknown is not
// off, and nothing here guesses.
import { type Command, operand } from '../shell-quote.ts';

/** Where a fact comes from: the mounted file, Google's API, or what was seen in the cluster. */
export type FactSource = 'file' | 'gke-api' | 'observed';

export type Fact<T> = Known<T> | Unknown;

export interface Known<T> {
  readonly known: true;
  readonly value: T;
  readonly source: FactSource;
  /** When it was learnt, or last confirmed, in milliseconds since the epoch. */
  readonly learntAtMs: number;
  /** Since when it has been so, where the source tells; milliseconds since the epoch. */
  readonly sinceMs?: number;
  /** A source of less weight that shows otherwise and is newer: the value may be out of date, and proves nothing. */
  readonly contradictedBy?: FactSource;
}

export interface Unknown {
  readonly known: false;
}

export const UNKNOWN: Unknown = Object.freeze({ known: false });

/** A flag of the GKE Ingress controller: given by somebody, or assumed to be the open-source default. */
export interface ControllerFlag<T> {
  readonly value: T;
  readonly isGiven: boolean;
}

export interface ControllerFlags {
  readonly ingressClass: ControllerFlag<string>;
  readonly enableIngressGlobalExternal: ControllerFlag<boolean>;
  readonly enableIngressRegionalExternal: ControllerFlag<boolean>;
  readonly enableTransparentHealthChecks: ControllerFlag<boolean>;
  readonly enableTrafficScaling: ControllerFlag<boolean>;
  readonly enableIpv6OnlyNeg: ControllerFlag<boolean>;
  /** namespace/name */
  readonly defaultBackendService: ControllerFlag<string>;
}

/** Open-source defaults (ingress-gce pkg/flags/flags.go). GKE sets its own on the control plane and does not show them. */
export const CONTROLLER_DEFAULTS: { readonly [F in keyof ControllerFlags]: ControllerFlags[F]['value'] } = {
  ingressClass: '',
  enableIngressGlobalExternal: true,
  enableIngressRegionalExternal: false,
  enableTransparentHealthChecks: false,
  enableTrafficScaling: false,
  enableIpv6OnlyNeg: false,
  defaultBackendService: 'kube-system/default-http-backend',
};

/** The names that messages put into commands. */
export interface ClusterName {
  readonly project: string | undefined;
  readonly location: string | undefined;
  readonly name: string | undefined;
}

export interface ClusterFacts {
  readonly httpLoadBalancing: Fact<'enabled' | 'disabled'>;
  readonly vpcNative: Fact<boolean>;
  readonly sharedVpc: Fact<boolean>;
  /** GKE network policy (Calico). */
  readonly networkPolicy: Fact<boolean>;
  readonly dataplaneV2: Fact<boolean>;
  readonly autopilot: Fact<boolean>;
  /** Such as 1.33.4-gke.1036000. */
  readonly version: Fact<string>;
}

export interface Facts extends ClusterFacts {
  readonly cluster: ClusterName;
  readonly controller: ControllerFlags;
}

export type FactName = keyof ClusterFacts;

export const FACT_NAMES = [
  'httpLoadBalancing',
  'vpcNative',
  'sharedVpc',
  'networkPolicy',
  'dataplaneV2',
  'autopilot',
  'version',
] as const satisfies readonly FactName[];

export function flag<T>(value: T | undefined, fallback: T): ControllerFlag<T> {
  return value === undefined ? { value: fallback, isGiven: false } : { value, isGiven: true };
}

function assumedFlags(): ControllerFlags {
  const assumed = <T>(value: T): ControllerFlag<T> => flag<T>(undefined, value);
  return {
    ingressClass: assumed(CONTROLLER_DEFAULTS.ingressClass),
    enableIngressGlobalExternal: assumed(CONTROLLER_DEFAULTS.enableIngressGlobalExternal),
    enableIngressRegionalExternal: assumed(CONTROLLER_DEFAULTS.enableIngressRegionalExternal),
    enableTransparentHealthChecks: assumed(CONTROLLER_DEFAULTS.enableTransparentHealthChecks),
    enableTrafficScaling: assumed(CONTROLLER_DEFAULTS.enableTrafficScaling),
    enableIpv6OnlyNeg: assumed(CONTROLLER_DEFAULTS.enableIpv6OnlyNeg),
    defaultBackendService: assumed(CONTROLLER_DEFAULTS.defaultBackendService),
  };
}

/** What a guard knows that has no source of facts. */
export const NO_FACTS: Facts = {
  cluster: { project: undefined, location: undefined, name: undefined },
  httpLoadBalancing: UNKNOWN,
  vpcNative: UNKNOWN,
  sharedVpc: UNKNOWN,
  networkPolicy: UNKNOWN,
  dataplaneV2: UNKNOWN,
  autopilot: UNKNOWN,
  version: UNKNOWN,
  controller: assumedFlags(),
};

export function isKnownToBe<T>(fact: Fact<T>, value: T): fact is Known<T> {
  return fact.known && fact.value === value;
}

/**
 * Whether a fact is proof enough to refuse something. What was only observed is so where the policy trusts it; what
 * another source contradicts never is.
 */
export function isProof({ source, contradictedBy }: Known<unknown>, trustsObserved: boolean): boolean {
  return contradictedBy === undefined && (source !== 'observed' || trustsObserved);
}

/** The command that turns the add-on on; names that are not known are placeholders in capitals. */
export function enableAddOnCommand(cluster: ClusterName): Command {
  return clusterCommand('update', cluster, '--update-addons=HttpLoadBalancing=ENABLED');
}

/** A command of gcloud about this cluster; names that are not known are placeholders in capitals. */
export function clusterCommand(verb: string, { project, location, name }: ClusterName, ...flags: string[]): Command {
  const ofProject = project === undefined ? [] : [`--project=${project}`];
  const where = [operand(name ?? 'NAME'), `--location=${location ?? 'LOCATION'}`, ...ofProject];
  return ['gcloud', 'container', 'clusters', verb, ...where, ...flags];
}
