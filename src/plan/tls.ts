// Where the certificates of an Ingress come from, and what is wrong with them (facts: ingress-gce
// pkg/translator/translator.go NewEnv, secrets; pkg/annotations/ingress.go UseNamedTLS; pkg/utils SplitAnnotation).
import type { Ingress } from '../kubernetes/objects.ts';
import { shellQuote } from '../shell-quote.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { MANAGED_CERTIFICATES, PRE_SHARED_CERT } from './annotation-keys.ts';
import { AT_FRONT_END, annotationPath, type FieldPath, type PlanProblem, problem, referenceTo } from './problem.ts';

export interface TlsPlan {
  /** Names in spec.tls, each once, without the empty ones. */
  readonly secretNames: readonly string[];
  readonly preSharedCerts: readonly string[];
  /** ManagedCertificates; another controller turns them into pre-shared certificates once they are issued. */
  readonly managedCertificates: readonly string[];
  /** How many certificates the load balancer gets once all are issued, each name counted once. */
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
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** What the controller of ManagedCertificates writes into the annotation has names of its own making: mcrt-UUID. */
export function isManagedName(preSharedCert: string): boolean {
  return preSharedCert.startsWith('mcrt-');
}

/** On a stored Ingress a managed certificate stands in both annotations, under two names. */
function countByAnnotation(preSharedCerts: readonly string[], managedCertificates: readonly string[]): number {
  const names = [...new Set(preSharedCerts)];
  const written = names.filter(isManagedName).length;
  return names.length - written + Math.max(written, new Set(managedCertificates).size);
}

/** TargetProxyCertLimit. The controller itself counts nothing. */
const CERTIFICATE_LIMIT = 10;
/** Google's limit for a target proxy; certificates of every kind count (gke-managed-certs, README). */
export const GOOGLE_CERTIFICATE_LIMIT = 15;

export function findTlsProblems(ingress: Ingress, plan: TlsPlan, snapshot: Snapshot): readonly PlanProblem[] {
  return [
    ...firstOfEach(ingress).flatMap((index) => findSecretProblem(ingress, index, snapshot) ?? []),
    ...findEmptyList(ingress, plan),
    ...findTooMany(ingress, plan),
  ];
}

function onIngress(ingress: Ingress, path: FieldPath): Pick<PlanProblem, 'object' | 'path' | 'place'> {
  return { object: referenceTo(ingress), path, place: AT_FRONT_END };
}

/** The indices of the entries that name no Secret, or name one for the first time. */
function firstOfEach({ tls }: Ingress): readonly number[] {
  const seen = new Set<string>();
  return tls.flatMap(({ secretName }, index) => {
    if (secretName !== '' && seen.has(secretName)) return [];
    seen.add(secretName);
    return [index];
  });
}

/** C22 to C24. */
function findSecretProblem(ingress: Ingress, index: number, snapshot: Snapshot): PlanProblem | undefined {
  const { namespace } = ingress.metadata;
  const name = ingress.tls[index]?.secretName ?? '';
  if (name === '') {
    return problem({
      ...onIngress(ingress, ['spec', 'tls', index]),
      condition: 'C23',
      message: `spec.tls[${index}] has no secretName, and the sync fails with: secret "" does not exist.`,
      fix: `Name a Secret in spec.tls[${index}].secretName, or remove the entry; certificates by annotation need no spec.tls.`,
    });
  }
  const secret = snapshot.get('Secret', namespace, name);
  if (secret === undefined) {
    if (!snapshot.isKnown('Secret', namespace)) return undefined;
    return problem({
      ...onIngress(ingress, ['spec', 'tls', index, 'secretName']),
      condition: 'C22',
      message: `the TLS Secret "${name}" does not exist in namespace "${namespace}": the sync fails.`,
      fix: `kubectl create secret tls ${shellQuote(name)} -n ${shellQuote(namespace)} --cert=FILE --key=FILE`,
    });
  }
  const missing = ['tls.crt', 'tls.key'].find((key) => !secret.keys.includes(key));
  if (missing === undefined) return undefined;
  return problem({
    condition: 'C24',
    message: `the TLS Secret "${name}" has no key "${missing}": the sync fails.`,
    fix: `kubectl create secret tls ${shellQuote(name)} -n ${shellQuote(namespace)} --cert=FILE --key=FILE`,
    object: referenceTo(secret),
    path: ['data'],
    place: AT_FRONT_END,
  });
}

/** A list of nothing but commas and spaces: TLS is on, yet no certificate can be attached, so there is no HTTPS. */
function findEmptyList(
  ingress: Ingress,
  { secretNames, preSharedCerts, isConfigured }: TlsPlan,
): readonly PlanProblem[] {
  if (!isConfigured || secretNames.length > 0 || preSharedCerts.length > 0) return [];
  return [
    problem({
      ...onIngress(ingress, annotationPath(PRE_SHARED_CERT)),
      condition: null,
      message: `${PRE_SHARED_CERT} names no certificate, yet counts as TLS: there is no HTTPS front end.`,
      fix: 'Name a certificate of the project there, or remove the annotation.',
    }),
  ];
}

/** C25 */
function findTooMany(ingress: Ingress, plan: TlsPlan): readonly PlanProblem[] {
  const { secretNames, preSharedCerts, managedCertificates, certificateCount: count } = plan;
  if (count <= CERTIFICATE_LIMIT) return [];
  const key = managedCertificates.length > preSharedCerts.length ? MANAGED_CERTIFICATES : PRE_SHARED_CERT;
  const isMostlySecrets = secretNames.length > count - secretNames.length;
  const isRefused = count > GOOGLE_CERTIFICATE_LIMIT;
  return [
    problem({
      ...onIngress(ingress, isMostlySecrets ? ['spec', 'tls'] : annotationPath(key)),
      condition: 'C25',
      message: isRefused
        ? `${count} certificates, and Google takes ${GOOGLE_CERTIFICATE_LIMIT} for one load balancer at most: the sync fails.`
        : `${count} certificates: the controller is built for ${CERTIFICATE_LIMIT} a load balancer, and Google takes ${GOOGLE_CERTIFICATE_LIMIT} at most.`,
      fix: 'Put several domains into one certificate, or split the Ingress.',
      // Secrets of the same content make one certificate.
      isCertain: count - Math.max(0, secretNames.length - 1) > GOOGLE_CERTIFICATE_LIMIT,
    }),
  ];
}
