// Where the certificates of an Ingress come from, and what is wrong with them (ingress-gce
// pkg/translator/translator.go NewEnv, secrets; pkg/annotations/ingress.go UseNamedTLS; pkg/utils SplitAnnotation).
import { annotationPath, type FieldPath, referenceTo } from '../kubernetes/field-path.ts';
import type { Ingress } from '../kubernetes/objects.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { MANAGED_CERTIFICATES, PRE_SHARED_CERT } from './annotation-keys.ts';
import { AT_FRONT_END, type Fault, fault } from './fault.ts';

export interface TlsPlan {
  /** Names in spec.tls, each once, without the empty ones. */
  readonly secretNames: readonly string[];
  readonly preSharedCerts: readonly string[];
  /** ManagedCertificates; another controller attaches them as pre-shared certificates as soon as it knows them, issued or not. */
  readonly managedCertificates: readonly string[];
  /** How many certificates the load balancer gets once all are attached, each name counted once. */
  readonly certificateCount: number;
  /** Whether the Ingress controller takes TLS as configured. Managed certificates count for nothing to it. */
  readonly isConfigured: boolean;
  /** Whether spec.tls, or the annotation of either kind of certificate, asks for TLS at all. */
  readonly isAskedFor: boolean;
}

export function planTls({ tls, metadata }: Ingress): TlsPlan {
  const { annotations } = metadata;
  const secretNames = [...new Set(tls.map(({ secretName }) => secretName).filter((name) => name !== ''))];
  const preShared = annotations[PRE_SHARED_CERT] ?? '';
  const managedCertificates = splitNames(annotations[MANAGED_CERTIFICATES] ?? '');
  // The raw text counts, so that " , " configures TLS without any certificate.
  const isConfigured = secretNames.length > 0 || preShared !== '';
  const preSharedCerts = splitNames(preShared);
  return {
    secretNames,
    preSharedCerts,
    managedCertificates,
    certificateCount: secretNames.length + countByAnnotation(preSharedCerts, managedCertificates),
    isConfigured,
    isAskedFor: isConfigured || tls.length > 0 || managedCertificates.length > 0,
  };
}

function splitNames(text: string): readonly string[] {
  if (text === '') return [];
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** What the controller of ManagedCertificates writes into the annotation has names of its own making: mcrt-UUID. */
export function isManagedName(preSharedCert: string): boolean {
  return preSharedCert.startsWith('mcrt-');
}

/** On a stored Ingress a managed certificate is in both annotations, under two names. */
function countByAnnotation(preSharedCerts: readonly string[], managedCertificates: readonly string[]): number {
  const names = [...new Set(preSharedCerts)];
  const written = names.filter(isManagedName).length;
  return names.length - written + Math.max(written, new Set(managedCertificates).size);
}

/** TargetProxyCertLimit. The controller itself counts nothing. */
const CERTIFICATE_LIMIT = 10;
/** Google's limit for a target proxy; certificates of every kind count (gke-managed-certs, README). */
export const GOOGLE_CERTIFICATE_LIMIT = 15;

export function findTlsFaults(ingress: Ingress, plan: TlsPlan, snapshot: Snapshot): readonly Fault[] {
  return [...secretFaults(ingress, snapshot), ...findEmptyList(ingress, plan), ...findTooMany(ingress, plan)];
}

/** C22 to C24, C55. Of several entries with the same Secret the first counts. */
function secretFaults(ingress: Ingress, snapshot: Snapshot): readonly Fault[] {
  const seen = new Set<string>();
  return ingress.tls.flatMap(({ secretName }, index) => {
    const owner = referenceTo(ingress);
    if (secretName === '') {
      return [fault('C23', { index, owner, path: ['spec', 'tls', index], place: AT_FRONT_END })];
    }
    if (seen.has(secretName)) return [];
    seen.add(secretName);
    const found = secretFault(ingress, secretName, ['spec', 'tls', index, 'secretName'], snapshot);
    return found === undefined ? [] : [found];
  });
}

function secretFault(ingress: Ingress, secretName: string, path: FieldPath, snapshot: Snapshot): Fault | undefined {
  const { namespace } = ingress.metadata;
  const secret = snapshot.get('Secret', namespace, secretName);
  const place = AT_FRONT_END;
  if (secret === undefined) {
    if (!snapshot.isKnown('Secret', namespace, secretName)) return undefined;
    return fault('C22', { secretName, owner: referenceTo(ingress), path, place, isLate: true });
  }
  const missing = ['tls.crt', 'tls.key'].find((key) => !secret.keys.includes(key));
  const ofSecret = { secretName, owner: referenceTo(secret), path: ['data'], witness: path, place };
  if (missing !== undefined) return fault('C24', { ...ofSecret, missing });
  return secret.emptyKeys.includes('tls.crt') ? fault('C55', ofSecret) : undefined;
}

/** C53. A list of nothing but commas and spaces: TLS is on, yet no certificate can be attached, so there is no HTTPS. */
function findEmptyList(ingress: Ingress, { secretNames, preSharedCerts, isConfigured }: TlsPlan): readonly Fault[] {
  if (!isConfigured || secretNames.length > 0 || preSharedCerts.length > 0) return [];
  const path = annotationPath(PRE_SHARED_CERT);
  // Entries of spec.tls without a Secret make the sync fail before (C23).
  const isHidden = ingress.tls.length > 0;
  return [fault('C53', { owner: referenceTo(ingress), path, place: AT_FRONT_END, isHidden })];
}

/** C25 */
function findTooMany(ingress: Ingress, plan: TlsPlan): readonly Fault[] {
  const { secretNames, preSharedCerts, managedCertificates, certificateCount: count } = plan;
  if (count <= CERTIFICATE_LIMIT) return [];
  const key = managedCertificates.length > preSharedCerts.length ? MANAGED_CERTIFICATES : PRE_SHARED_CERT;
  const isMostlySecrets = secretNames.length > count - secretNames.length;
  const path = isMostlySecrets ? ['spec', 'tls'] : annotationPath(key);
  // Secrets of the same content make one certificate.
  const isCertain = count - Math.max(0, secretNames.length - 1) > GOOGLE_CERTIFICATE_LIMIT;
  return [fault('C25', { count, owner: referenceTo(ingress), path, place: AT_FRONT_END, isCertain })];
}
