// The files that a control plane and its clients identify themselves with.
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Certificate, createAuthority } from '../support/certificates.ts';

export type Credentials = { readonly caPem: string; readonly admin: Certificate };

/** Writes what kube-apiserver reads, and returns what its clients need. */
export async function writeCredentials(dir: string): Promise<Credentials> {
  const authority = await createAuthority('gke-ingress-guard test control plane');
  const server = await authority.issue({
    commonName: 'kube-apiserver',
    dnsNames: ['localhost', 'kubernetes.default.svc'],
    ipAddresses: ['127.0.0.1'],
  });
  const admin = await authority.issue({ commonName: 'test-admin', organization: 'system:masters' });
  const serviceAccounts = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const files = {
    'ca.crt': authority.certPem,
    'server.crt': server.certPem,
    'server.key': server.keyPem,
    'service-accounts.pub': serviceAccounts.publicKey,
    'service-accounts.key': serviceAccounts.privateKey,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text, { mode: 0o600 });
  return { caPem: authority.certPem, admin };
}

/** Flags of kube-apiserver for the files of `writeCredentials`. */
export function credentialFlags(dir: string): string[] {
  return [
    `--client-ca-file=${join(dir, 'ca.crt')}`,
    `--tls-cert-file=${join(dir, 'server.crt')}`,
    `--tls-private-key-file=${join(dir, 'server.key')}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${join(dir, 'service-accounts.pub')}`,
    `--service-account-signing-key-file=${join(dir, 'service-accounts.key')}`,
  ];
}

/** Returns the path of a kubeconfig for the administrator. */
export function writeKubeconfig(dir: string, url: string, { caPem, admin }: Credentials): string {
  const path = join(dir, 'kubeconfig');
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const user = { 'client-certificate-data': base64(admin.certPem), 'client-key-data': base64(admin.keyPem) };
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server: url, 'certificate-authority-data': base64(caPem) } }],
    users: [{ name: 'test-admin', user }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test-admin' } }],
    'current-context': 'test',
  };
  // JSON is YAML, and every reader of a kubeconfig takes it.
  writeFileSync(path, `${JSON.stringify(kubeconfig, null, 2)}\n`, { mode: 0o600 });
  return path;
}
