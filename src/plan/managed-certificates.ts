// The ManagedCertificates that an Ingress names, and the hosts of the Ingress that they leave without a certificate. Another
// controller turns them into pre-shared certificates (github.com/GoogleCloudPlatform/gke-managed-certs).
import type { Ingress, ManagedCertificate } from '../kubernetes/objects.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { isManagedName, type TlsPlan } from './tls.ts';

export type ManagedCertificateReference =
  | { readonly state: 'missing'; readonly name: string }
  /** Named, but the guard has not been told what ManagedCertificates there are. */
  | { readonly state: 'unknown'; readonly name: string }
  | { readonly state: 'found'; readonly name: string; readonly object: ManagedCertificate };

export interface ManagedCertificatesPlan {
  /** Each name once, in the order of the annotation. */
  readonly references: readonly ManagedCertificateReference[];
  /** Hosts that no certificate can be for. Empty where some certificate's domains are not known. */
  readonly uncoveredHosts: readonly string[];
}

export function planManagedCertificates(ingress: Ingress, tls: TlsPlan, snapshot: Snapshot): ManagedCertificatesPlan {
  const { namespace } = ingress.metadata;
  const references = [...new Set(tls.managedCertificates)].map((name): ManagedCertificateReference => {
    const object = snapshot.get('ManagedCertificate', namespace, name);
    if (object !== undefined) return { state: 'found', name, object };
    return { state: snapshot.isKnown('ManagedCertificate', namespace, name) ? 'missing' : 'unknown', name };
  });
  return { references, uncoveredHosts: findUncoveredHosts(ingress, tls, references) };
}

function findUncoveredHosts(
  ingress: Ingress,
  tls: TlsPlan,
  references: readonly ManagedCertificateReference[],
): readonly string[] {
  // What a certificate of another kind is for, no manifest says.
  const hasOthers = ingress.tls.length > 0 || tls.preSharedCerts.some((name) => !isManagedName(name));
  const domainLists = references.map((one) => (one.state === 'found' ? one.object.domains : []));
  if (hasOthers || domainLists.length === 0 || domainLists.some((domains) => domains.length === 0)) return [];
  const domains = domainLists.flat();
  const hosts = ingress.rules.filter(({ host, paths }) => host !== '' && paths !== undefined).map(({ host }) => host);
  return [...new Set(hosts)].filter((host) => !domains.some((domain) => isSame(host, domain)));
}

/**
 * A host with a wildcard is content with any domain under it, and a domain with a wildcard (of which no certificate comes)
 * is meant for every host under it: only what nobody thought of is found.
 */
function isSame(host: string, domain: string): boolean {
  const [a, b] = [host.toLowerCase(), domain.toLowerCase().replace(/\.$/, '')];
  return a === b || (a.startsWith('*.') && b.endsWith(a.slice(1))) || (b.startsWith('*.') && a.endsWith(b.slice(1)));
}
