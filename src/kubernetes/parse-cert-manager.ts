// Tolerant readers of cert-manager's kinds.
import type { AcmeSolver, Certificate, ClusterIssuer, Issuer } from './cert-manager-objects.ts';
import type { TypeMeta } from './object-meta.ts';
import { at, isJsonObject, type JsonObject, objectsOf, stringMapOf, textOr, textsOf } from './read.ts';

export function parseIssuer(raw: JsonObject, type: TypeMeta<'Issuer'>): Issuer {
  return { ...type, solvers: solversOf(raw) };
}

export function parseClusterIssuer(raw: JsonObject, type: TypeMeta<'ClusterIssuer'>): ClusterIssuer {
  return { ...type, solvers: solversOf(raw) };
}

export function parseCertificate(raw: JsonObject, type: TypeMeta<'Certificate'>): Certificate {
  return { ...type, secretName: textOr(at(raw, 'spec', 'secretName'), '') };
}

function solversOf(raw: JsonObject): readonly AcmeSolver[] | undefined {
  const acme = at(raw, 'spec', 'acme');
  return isJsonObject(acme) ? objectsOf(at(acme, 'solvers')).map(parseSolver) : undefined;
}

function parseSolver(raw: JsonObject): AcmeSolver {
  const ingress = at(raw, 'http01', 'ingress');
  const selector = at(raw, 'selector');
  return {
    type: isJsonObject(ingress) ? 'http01Ingress' : 'other',
    ingressName: textOr(at(ingress, 'name'), ''),
    ingressClass: textOr(at(ingress, 'class'), ''),
    ingressClassName: textOr(at(ingress, 'ingressClassName'), ''),
    dnsNames: textsOf(at(selector, 'dnsNames')),
    dnsZones: textsOf(at(selector, 'dnsZones')),
    matchLabels: stringMapOf(at(selector, 'matchLabels')),
  };
}
