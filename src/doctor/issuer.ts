// Who makes the guard's certificate and fills caBundle: cert-manager with its cainjector, or the guard itself.

import { at, type JsonObject, stringMapOf, textOr } from '../kubernetes/read.ts';
import { operand } from '../shell-quote.ts';
import { type Fix, kubectl } from './fix.ts';
import { isSelfSigned, readGuardPod, tlsSecretName } from './guard-pod.ts';
import { type Installation, listed, nameOf, need } from './installation.ts';
import { keeperName } from './needed-rights.ts';

const INJECT = [
  'cert-manager.io/inject-ca-from',
  'cert-manager.io/inject-ca-from-secret',
  'cert-manager.io/inject-apiserver-ca',
];
export const DEFAULT_TLS_SECRET = 'gke-ingress-guard-tls';

/** Said where nobody makes the certificate. */
export const ADD_ISSUER =
  'Add one of the components cert-manager and self-signed of deploy/components to your overlay, then kubectl apply -k OVERLAY';

/** @returns who, in words; undefined where there is nobody */
export function whoFillsCaBundle(installation: Installation, configuration: JsonObject): string | undefined {
  const annotations = stringMapOf(at(configuration, 'metadata', 'annotations'));
  const annotation = INJECT.find((key) => annotations[key] !== undefined);
  if (annotation !== undefined) return `cert-manager's cainjector (annotation ${annotation})`;
  const pod = readGuardPod(need(installation, 'deployment'));
  return isSelfSigned(pod) ? 'the self-signed component' : undefined;
}

/** The commands that show why a certificate or a caBundle is not as it should be. */
export function lookAtIssuer(installation: Installation, configuration: JsonObject): Fix {
  const { namespace, name } = installation.guard;
  const filler = whoFillsCaBundle(installation, configuration);
  if (filler?.startsWith('the self-signed') === true) {
    return [
      kubectl(namespace, 'rollout', 'restart', `deployment/${keeperName(installation.guard)}`),
      '; ',
      kubectl(namespace, 'logs', `deployment/${keeperName(installation.guard)}`, '--all-pods'),
    ];
  }
  if (filler !== undefined) {
    const certificate = nameOf(certificateObjectOf(installation) ?? {}) || name;
    return [
      kubectl(namespace, 'get', 'certificate,certificaterequest'),
      '; ',
      ['cmctl', 'status', 'certificate', operand(certificate), '-n', namespace],
      '; ',
      kubectl('cert-manager', 'logs', 'deployment/cert-manager-cainjector', '--tail=50'),
    ];
  }
  const secret = tlsSecret(installation);
  const kind = textOr(at(configuration, 'kind'), 'ValidatingWebhookConfiguration').toLowerCase();
  const patched = operand(nameOf(configuration) || name);
  return [
    'CA=$(',
    kubectl(namespace, 'get', 'secret', operand(secret), '-o', 'jsonpath={.data.ca\\.crt}'),
    '); ',
    kubectl(undefined, 'patch', operand(kind, 'KIND'), patched, '--type=json'),
    ` -p '[{"op":"add","path":"/webhooks/0/clientConfig/caBundle","value":"'"$CA"'"}]' # the CA that signed the Secret`,
  ];
}

/** cert-manager's Certificate that writes the guard's Secret. */
export function certificateObjectOf(installation: Installation): JsonObject | undefined {
  const secret = tlsSecret(installation);
  return listed(installation, 'certificates').find((object) => at(object, 'spec', 'secretName') === secret);
}

export function tlsSecret(installation: Pick<Installation, 'deployment'>): string {
  return tlsSecretName(readGuardPod(need(installation, 'deployment'))) ?? DEFAULT_TLS_SECRET;
}
