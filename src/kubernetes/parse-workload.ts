// Deployments and their like and bare Pods, read into one shape: what Pods they make.
import type {
  ConfigMapMount,
  Container,
  ContainerPort,
  EnvVar,
  HttpGet,
  PreStop,
  Probe,
  TypeMeta,
  Workload,
  WorkloadKind,
} from './objects.ts';
import {
  at,
  isJsonObject,
  type JsonObject,
  objectsOf,
  optionalInteger,
  portReference,
  stringMapOf,
  textOr,
  textsOf,
} from './read.ts';

export function parseWorkload(raw: JsonObject, type: TypeMeta<WorkloadKind>): Workload {
  const podSpecPath = podSpecPathOf(type.kind);
  const template = at(raw, ...podSpecPath.slice(0, -1));
  const volumes = configMapVolumesOf(at(template, 'spec'));
  return {
    ...type,
    replicas: optionalInteger(at(raw, 'spec', 'replicas')) ?? 1,
    podLabels: stringMapOf(at(template, 'metadata', 'labels')),
    containers: objectsOf(at(template, 'spec', 'containers')).map((container) => parseContainer(container, volumes)),
    sidecarPorts: objectsOf(at(template, 'spec', 'initContainers'))
      .filter((container) => at(container, 'restartPolicy') === 'Always')
      .flatMap(parsePorts),
    terminationGracePeriodSeconds: optionalInteger(at(template, 'spec', 'terminationGracePeriodSeconds')) ?? 30,
    podSpecPath,
  };
}

function podSpecPathOf(kind: WorkloadKind): readonly string[] {
  if (kind === 'Pod') return ['spec'];
  return [...(kind === 'CronJob' ? ['spec', 'jobTemplate'] : []), 'spec', 'template', 'spec'];
}

type ConfigMapVolumes = ReadonlyMap<string, Omit<ConfigMapMount, 'subPath' | 'mountPath'>>;

function configMapVolumesOf(podSpec: unknown): ConfigMapVolumes {
  return new Map(
    objectsOf(at(podSpec, 'volumes')).flatMap((volume) => {
      const configMap = textOr(at(volume, 'configMap', 'name'), '');
      const items = objectsOf(at(volume, 'configMap', 'items')).map((item) => ({
        key: textOr(at(item, 'key'), ''),
        path: textOr(at(item, 'path'), ''),
      }));
      const files = { configMap, items: items.length === 0 ? undefined : items };
      return configMap === '' ? [] : [[textOr(at(volume, 'name'), ''), files] as const];
    }),
  );
}

function parseMounts(raw: JsonObject, volumes: ConfigMapVolumes): readonly ConfigMapMount[] {
  return objectsOf(at(raw, 'volumeMounts')).flatMap((mount) => {
    const files = volumes.get(textOr(at(mount, 'name'), ''));
    const subPath = textOr(at(mount, 'subPath'), '') || textOr(at(mount, 'subPathExpr'), '');
    return files === undefined ? [] : [{ ...files, mountPath: textOr(at(mount, 'mountPath'), ''), subPath }];
  });
}

function parseOtherMounts(raw: JsonObject, volumes: ConfigMapVolumes): readonly string[] {
  return objectsOf(at(raw, 'volumeMounts'))
    .filter((mount) => !volumes.has(textOr(at(mount, 'name'), '')))
    .map((mount) => textOr(at(mount, 'mountPath'), ''));
}

function parseContainer(raw: JsonObject, volumes: ConfigMapVolumes): Container {
  const probe = at(raw, 'readinessProbe');
  const preStop = at(raw, 'lifecycle', 'preStop');
  return {
    name: textOr(at(raw, 'name'), ''),
    image: textOr(at(raw, 'image'), ''),
    command: textsOf(at(raw, 'command')),
    args: textsOf(at(raw, 'args')),
    env: objectsOf(at(raw, 'env')).map(parseEnvVar),
    envFrom: objectsOf(at(raw, 'envFrom')).map((source) => ({
      prefix: textOr(at(source, 'prefix'), ''),
      configMap: isJsonObject(at(source, 'configMapRef')) ? textOr(at(source, 'configMapRef', 'name'), '') : undefined,
    })),
    mounts: parseMounts(raw, volumes),
    otherMounts: parseOtherMounts(raw, volumes),
    ports: parsePorts(raw),
    readinessProbe: isJsonObject(probe) ? parseProbe(probe) : undefined,
    preStop: isJsonObject(preStop) ? parsePreStop(preStop) : undefined,
  };
}

function parsePorts(raw: JsonObject): readonly ContainerPort[] {
  return objectsOf(at(raw, 'ports')).map((port) => ({
    name: textOr(at(port, 'name'), ''),
    containerPort: optionalInteger(at(port, 'containerPort')) ?? 0,
  }));
}

function parsePreStop(raw: JsonObject): PreStop {
  return {
    sleepSeconds: optionalInteger(at(raw, 'sleep', 'seconds')),
    command: textsOf(at(raw, 'exec', 'command')),
  };
}

function parseEnvVar(raw: JsonObject): EnvVar {
  const valueFrom = at(raw, 'valueFrom');
  return { name: textOr(at(raw, 'name'), ''), value: textOr(at(raw, 'value'), ''), from: parseEnvSource(valueFrom) };
}

function parseEnvSource(raw: unknown): EnvVar['from'] {
  if (!isJsonObject(raw)) return undefined;
  const reference = at(raw, 'configMapKeyRef');
  if (!isJsonObject(reference)) return { kind: 'other' };
  return { kind: 'configMap', name: textOr(at(reference, 'name'), ''), key: textOr(at(reference, 'key'), '') };
}

const HANDLERS = ['httpGet', 'tcpSocket', 'exec', 'grpc'] as const;

function parseProbe(raw: JsonObject): Probe {
  const handler = HANDLERS.find((name) => isJsonObject(at(raw, name))) ?? 'none';
  const httpGet = at(raw, 'httpGet');
  return {
    handler,
    httpGet: isJsonObject(httpGet) ? parseHttpGet(httpGet) : undefined,
    periodSeconds: optionalInteger(at(raw, 'periodSeconds')) || 10, // 0 means the default to the API server
    timeoutSeconds: optionalInteger(at(raw, 'timeoutSeconds')) || 1,
  };
}

function parseHttpGet(raw: JsonObject): HttpGet {
  return {
    path: textOr(at(raw, 'path'), '') || '/',
    port: portReference(at(raw, 'port')) ?? 0,
    host: textOr(at(raw, 'host'), ''),
    scheme: textOr(at(raw, 'scheme'), '') || 'HTTP',
    headers: objectsOf(at(raw, 'httpHeaders')).map((header) => ({
      name: textOr(at(header, 'name'), ''),
      value: textOr(at(header, 'value'), ''),
    })),
  };
}
