// A case: some objects around one Ingress or a few, moved into namespaces of its own, so that hundreds of them fit into
// one cluster and one Google.
import type { ControllerFlags } from '../../src/facts/facts.ts';

export type Raw = Readonly<Record<string, unknown>>;

export interface RawObject extends Raw {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly finalizers?: readonly string[];
    readonly creationTimestamp?: string;
  };
  readonly spec?: Raw;
}

/** The flags of the controller that a plan knows, but for the name of the system's default backend. */
export type Flags = {
  readonly [F in Exclude<keyof ControllerFlags, 'defaultBackendService'>]: ControllerFlags[F]['value'];
};

export interface ControllerCase {
  /** Where it comes from, as differences name it. */
  readonly name: string;
  readonly objects: readonly RawObject[];
  readonly flags: Flags;
}

/** Several cases that share a cluster: the same flags, and the same Service of the system's default backend. */
export interface Batch {
  readonly flags: Flags;
  readonly system: RawObject;
  readonly cases: readonly ControllerCase[];
}

export const SYSTEM_NAMESPACE = 'kube-system';

export const SYSTEM_SERVICE: RawObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'default-http-backend', namespace: SYSTEM_NAMESPACE },
  spec: { type: 'NodePort', selector: { 'k8s-app': 'glbc' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
};

const isSystem = ({ metadata }: RawObject): boolean => metadata.namespace === SYSTEM_NAMESPACE;

/** @param perCluster how many cases at most; each sync looks at every Ingress there is, so many are slow */
export function batchesOf(cases: readonly ControllerCase[], perCluster: number): readonly Batch[] {
  const groups = new Map<
    string,
    { readonly flags: Flags; readonly system: RawObject; readonly cases: ControllerCase[] }
  >();
  for (const one of cases) {
    const system = one.objects.find((object) => isSystem(object) && object.kind === 'Service') ?? SYSTEM_SERVICE;
    const key = JSON.stringify([one.flags, system]);
    const group = groups.get(key) ?? { flags: one.flags, system, cases: [] };
    groups.set(key, group);
    group.cases.push({ ...one, objects: one.objects.filter((object) => !isSystem(object)) });
  }
  return [...groups.values()].flatMap(({ flags, system, cases: all }) => {
    const count = Math.ceil(all.length / perCluster);
    return Array.from({ length: count }, (_, index) => ({
      flags,
      system,
      cases: all.filter((_one, position) => position % count === index).map(localize),
    }));
  });
}

const GLOBAL_IP = 'kubernetes.io/ingress.global-static-ip-name';
const REGIONAL_IP = 'kubernetes.io/ingress.regional-static-ip-name';
const NEG = 'cloud.google.com/neg';
const NAME = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;

/**
 * Namespaces, reserved addresses and NEG names are the project's or the cluster's, so each case gets its own. Where the
 * length of a namespace decides whether a dot stays in the load balancer's name (C32), it may not change.
 */
function localize(one: ControllerCase, index: number): ControllerCase {
  const namespaceOf = (namespace: string): string => sameLength(namespace, index);
  const own = (name: string): string =>
    NAME.test(name) ? `${name}-${index}`.slice(-63).replace(/^-+|^\d+/, 'x') : name;
  const objects = one.objects.map((object): RawObject => {
    const { annotations } = object.metadata;
    return {
      ...object,
      metadata: {
        ...object.metadata,
        namespace: namespaceOf(object.metadata.namespace ?? 'default'),
        ...(annotations === undefined ? {} : { annotations: localizeAnnotations(annotations, own) }),
      },
    };
  });
  return { ...one, name: `${one.name} #${index}`, objects };
}

/** As long as before: "shop" is "s00k", "office" "offi0k" with the index in base 36. */
function sameLength(namespace: string, index: number): string {
  const width = Math.max(namespace.length, 4);
  const suffix = index.toString(36).padStart(3, '0');
  return `${namespace.padEnd(width, 'x').slice(0, width - suffix.length)}${suffix}`;
}

function localizeAnnotations(
  annotations: Readonly<Record<string, string>>,
  own: (name: string) => string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(annotations).map(([key, value]) => {
      if (key === GLOBAL_IP || key === REGIONAL_IP) return [key, own(value)];
      // {"exposed_ports": {"80": {"name": "x"}}}, as all cases that name a NEG write it.
      if (key === NEG)
        return [key, value.replace(/("name"\s*:\s*")([^"]+)/g, (_, before, name) => `${before}${own(name)}`)];
      return [key, value];
    }),
  );
}

export interface WantedAddress {
  readonly name: string;
  readonly isRegional: boolean;
  /** Of class gce-regional-external. */
  readonly isExternal: boolean;
}

/** The addresses that the annotations ask for: reserved in the scope that the key speaks of, where one can have that name. */
export function addressesOf(cases: readonly ControllerCase[]): readonly WantedAddress[] {
  const found = cases.flatMap(({ objects }) =>
    objects.flatMap(({ metadata: { annotations = {} } }) =>
      [GLOBAL_IP, REGIONAL_IP].flatMap((key) => {
        const name = annotations[key] ?? '';
        const isExternal = annotations['kubernetes.io/ingress.class'] === 'gce-regional-external';
        return NAME.test(name) ? [{ name, isRegional: key === REGIONAL_IP, isExternal }] : [];
      }),
    ),
  );
  return [...new Map(found.map((one) => [`${one.isRegional} ${one.name}`, one])).values()];
}
