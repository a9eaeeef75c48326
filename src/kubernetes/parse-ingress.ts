// Ingress (networking.k8s.io, and extensions in old files) and IngressClass.
import type { Ingress, IngressBackend, IngressClass, IngressPath, IngressRule, TypeMeta } from './objects.ts';
import {
  at,
  isJsonObject,
  type JsonObject,
  objectsOf,
  optionalInteger,
  optionalText,
  textOr,
  textsOf,
} from './read.ts';

export function parseIngress(raw: JsonObject, type: TypeMeta<'Ingress'>): Ingress {
  const spec = at(raw, 'spec');
  const defaultBackend = at(spec, 'defaultBackend') ?? at(spec, 'backend'); // `backend` in extensions/v1beta1
  return {
    ...type,
    ingressClassName: optionalText(at(spec, 'ingressClassName')),
    defaultBackend: isJsonObject(defaultBackend) ? parseBackend(defaultBackend) : undefined,
    rules: objectsOf(at(spec, 'rules')).map(parseRule),
    tls: objectsOf(at(spec, 'tls')).map((tls) => ({
      hosts: textsOf(at(tls, 'hosts')),
      secretName: textOr(at(tls, 'secretName'), ''),
    })),
    hasAddress: objectsOf(at(raw, 'status', 'loadBalancer', 'ingress')).length > 0,
  };
}

function parseRule(raw: JsonObject): IngressRule {
  const http = at(raw, 'http');
  return {
    host: textOr(at(raw, 'host'), ''),
    paths: isJsonObject(http) ? objectsOf(at(http, 'paths')).map(parsePath) : undefined,
  };
}

function parsePath(raw: JsonObject): IngressPath {
  return {
    path: textOr(at(raw, 'path'), ''),
    pathType: optionalText(at(raw, 'pathType')),
    backend: parseBackend(at(raw, 'backend')),
  };
}

function parseBackend(raw: unknown): IngressBackend {
  const service = at(raw, 'service');
  if (isJsonObject(service)) {
    return {
      service: {
        name: textOr(at(service, 'name'), ''),
        portName: textOr(at(service, 'port', 'name'), ''),
        portNumber: optionalInteger(at(service, 'port', 'number')) ?? 0,
      },
    };
  }
  const oldName = optionalText(at(raw, 'serviceName')); // extensions/v1beta1 and networking.k8s.io/v1beta1
  if (oldName === undefined) {
    const resource = at(raw, 'resource');
    if (!isJsonObject(resource)) return { service: undefined };
    const [kind, name] = [textOr(at(resource, 'kind'), ''), textOr(at(resource, 'name'), '')];
    return { service: undefined, resource: { kind, name } };
  }
  const port = at(raw, 'servicePort');
  return { service: { name: oldName, portName: textOr(port, ''), portNumber: optionalInteger(port) ?? 0 } };
}

export function parseIngressClass(raw: JsonObject, type: TypeMeta<'IngressClass'>): IngressClass {
  return { ...type, controller: textOr(at(raw, 'spec', 'controller'), '') };
}
