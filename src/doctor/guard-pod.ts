// The guard's Pod as its Deployment describes it: arguments, ports, probes, mounts.
import {
  at,
  isJsonObject,
  type JsonObject,
  objectsOf,
  optionalInteger,
  optionalText,
  portReference,
  type StringMap,
  stringMapOf,
  textOr,
  textsOf,
} from '../kubernetes/read.ts';

export interface ContainerPort {
  readonly name: string;
  readonly number: number;
}

export interface Mount {
  readonly path: string;
  readonly configMap: string | undefined;
  readonly secret: string | undefined;
  /** Key → path below the mount; undefined for every key under its own name. */
  readonly items: ReadonlyMap<string, string> | undefined;
}

export interface GuardPod {
  readonly labels: StringMap;
  readonly spec: unknown;
  readonly container: JsonObject;
  readonly ports: readonly ContainerPort[];
  readonly mounts: readonly Mount[];
  /** `--flag` → value; a flag without one has "". */
  readonly flags: ReadonlyMap<string, string>;
  readonly serviceAccount: string;
  readonly isHostNetwork: boolean;
}

/** As src/cli/program.ts has them. */
const DEFAULT_PORT = 10250;
const DEFAULT_TLS_DIR = '/etc/gke-ingress-guard/tls';
const DEFAULT_DRAIN_SECONDS = 10;

export function readGuardPod(deployment: JsonObject): GuardPod {
  const template = at(deployment, 'spec', 'template');
  const spec = at(template, 'spec');
  const containers = objectsOf(at(spec, 'containers'));
  const isGuard = (container: JsonObject): boolean => textsOf(at(container, 'args')).includes('serve');
  const container = containers.find(isGuard) ?? containers[0] ?? {};
  return {
    labels: stringMapOf(at(template, 'metadata', 'labels')),
    spec,
    container,
    ports: objectsOf(at(container, 'ports')).map((port) => ({
      name: textOr(at(port, 'name'), ''),
      number: optionalInteger(at(port, 'containerPort')) ?? 0,
    })),
    mounts: readMounts(container, spec),
    flags: readFlags([...textsOf(at(container, 'command')), ...textsOf(at(container, 'args'))]),
    serviceAccount: textOr(at(spec, 'serviceAccountName'), '') || 'default',
    isHostNetwork: at(spec, 'hostNetwork') === true,
  };
}

function readFlags(words: readonly string[]): ReadonlyMap<string, string> {
  const flags = new Map<string, string>();
  words.forEach((word, index) => {
    if (!word.startsWith('--')) return;
    const equals = word.indexOf('=');
    const next = words[index + 1];
    if (equals > 0) flags.set(word.slice(0, equals), word.slice(equals + 1));
    else flags.set(word, next === undefined || next.startsWith('-') ? '' : next);
  });
  return flags;
}

function readMounts(container: JsonObject, spec: unknown): readonly Mount[] {
  const volumes = objectsOf(at(spec, 'volumes'));
  return objectsOf(at(container, 'volumeMounts')).flatMap((mount) => {
    const volume = volumes.find((candidate) => at(candidate, 'name') === at(mount, 'name'));
    const path = textOr(at(mount, 'mountPath'), '').replace(/\/$/, '');
    if (volume === undefined) return [];
    const projected = objectsOf(at(volume, 'projected', 'sources'));
    return [volume, ...projected].map((source) => ({
      path,
      configMap: optionalText(at(source, 'configMap', 'name')),
      secret: optionalText(at(source, 'secret', 'secretName')) ?? optionalText(at(source, 'secret', 'name')),
      items: readItems(at(source, 'configMap', 'items')),
    }));
  });
}

function readItems(raw: unknown): ReadonlyMap<string, string> | undefined {
  if (!Array.isArray(raw)) return undefined;
  return new Map(objectsOf(raw).map((item) => [textOr(at(item, 'key'), ''), textOr(at(item, 'path'), '')]));
}

/** The port that the guard listens on for the API server. */
export function webhookPort({ flags }: GuardPod): number {
  const given = Number(flags.get('--port') ?? '');
  return Number.isInteger(given) && given > 0 ? given : DEFAULT_PORT;
}

/** The container's number for a Service's targetPort or a probe's port; undefined for a name that it does not have. */
export function resolvePort({ ports }: GuardPod, raw: unknown): number | undefined {
  const reference = portReference(raw);
  return typeof reference === 'string' ? ports.find(({ name }) => name === reference)?.number : reference;
}

/** The Secret that holds the serving certificate, as far as the Pod says. */
export function tlsSecretName({ flags, mounts }: GuardPod): string | undefined {
  const directory = (flags.get('--tls-dir') ?? DEFAULT_TLS_DIR).replace(/\/$/, '');
  return mounts.find(({ path, secret }) => path === directory && secret !== undefined)?.secret;
}

/** ConfigMaps that the Pod mounts. */
export function configMapNames({ mounts }: GuardPod): readonly string[] {
  return [...new Set(mounts.flatMap(({ configMap }) => (configMap === undefined ? [] : [configMap])))];
}

export function drainSeconds({ flags }: GuardPod): number {
  const given = Number(flags.get('--drain-seconds') ?? Number.NaN);
  return Number.isInteger(given) ? given : DEFAULT_DRAIN_SECONDS;
}

/** Whether the guard asks the API server for anything. */
export function usesCluster({ flags }: GuardPod): boolean {
  return !flags.has('--no-cluster');
}

/** Whether the guard makes its own certificate, and so writes to the API server. */
export function isSelfSigned({ flags }: GuardPod): boolean {
  return flags.has('--self-signed');
}

/** Whether the guard judges what is stored, and writes Events about it. */
export function isAuditing({ flags }: GuardPod): boolean {
  return flags.has('--audit');
}

/** Whether it writes reports too. */
export function isReporting({ flags }: GuardPod): boolean {
  return flags.has('--audit-reports');
}

/** Whether its audit reads what workloads mount of ConfigMaps. */
export function isReadingMounted({ flags }: GuardPod): boolean {
  return flags.has('--audit-mounted-config');
}

/** Whether what the asker learned counts. */
export function isLearning({ flags }: GuardPod): boolean {
  return flags.has('--learned');
}

/** As the API server defaults it. */
export function replicasOf(deployment: JsonObject): number {
  return optionalInteger(at(deployment, 'spec', 'replicas')) ?? 1;
}

export function hasFields(value: unknown): value is JsonObject {
  return isJsonObject(value) && Object.keys(value).length > 0;
}
