// NetworkPolicy, with the API server's defaults: no policyTypes is Ingress, no protocol is TCP. An empty list of peers or
// ports is no list: it admits everybody, or every port.
import type {
  LabelSelector,
  NetworkPolicy,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  NetworkPolicyRule,
} from './network-policy.ts';
import type { TypeMeta } from './objects.ts';
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

export function parseNetworkPolicy(raw: JsonObject, type: TypeMeta<'NetworkPolicy'>): NetworkPolicy {
  const spec = at(raw, 'spec');
  const types = textsOf(at(spec, 'policyTypes'));
  return {
    ...type,
    podSelector: parseLabelSelector(at(spec, 'podSelector')),
    restrictsIngress: types.length === 0 || types.includes('Ingress'),
    ingress: objectsOf(at(spec, 'ingress')).map(parseRule),
  };
}

export function parseLabelSelector(raw: unknown): LabelSelector {
  return {
    matchLabels: stringMapOf(at(raw, 'matchLabels')),
    matchExpressions: objectsOf(at(raw, 'matchExpressions')).map((expression) => ({
      key: textOr(at(expression, 'key'), ''),
      operator: textOr(at(expression, 'operator'), ''),
      values: textsOf(at(expression, 'values')),
    })),
  };
}

function parseRule(raw: JsonObject): NetworkPolicyRule {
  const peers = objectsOf(at(raw, 'from')).map(parsePeer);
  const ports = objectsOf(at(raw, 'ports')).map(parsePort);
  return { from: peers.length === 0 ? undefined : peers, ports: ports.length === 0 ? undefined : ports };
}

function parsePeer(raw: JsonObject): NetworkPolicyPeer {
  const ipBlock = at(raw, 'ipBlock');
  return {
    ipBlock: isJsonObject(ipBlock)
      ? { cidr: textOr(at(ipBlock, 'cidr'), ''), except: textsOf(at(ipBlock, 'except')) }
      : undefined,
  };
}

function parsePort(raw: JsonObject): NetworkPolicyPort {
  return {
    protocol: textOr(at(raw, 'protocol'), '') || 'TCP',
    port: portReference(at(raw, 'port')),
    endPort: optionalInteger(at(raw, 'endPort')),
  };
}
