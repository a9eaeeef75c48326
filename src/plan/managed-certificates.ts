// The ManagedCertificates that an Ingress names, and the hosts of the Ingress that they leave without a certificate. Another
// controller writes the names of their certificates into pre-shared-cert, once all that the Ingress names exist, and before
// Google has issued any (github.com/GoogleCloudPlatform/gke-managed-certs pkg/controller/sync/sync.go
// getCertificatesToAttach).
import type { Ingress, ManagedCertificate } from '../kubernetes/objects.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { isManagedName, type TlsPlan } from './tls.ts';

export type ManagedCertificateReference =
  | { readonly state: 'missing'; readonly name: string }
  /** Named, but the guard does not know what ManagedCertificates there are. */
  | { readonly state: 'unknown'; readonly name: string }
  | { readonly state: 'found'; readonly name: string; readonly object: ManagedCertificate };

export interface ManagedCertificatesPlan {
  /** Each name once, in the order of the annotation. */
  readonly references: readonly ManagedCertificateReference[];
  /** Of rules with paths, each once. */
  readonly hosts: readonly string[];
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
  const hosts = new Set(ingress.rules.filter(({ host, paths }) => host !== '' && paths !== undefined).map(hostOf));
  return { references, hosts: [...hosts], uncoveredHosts: findUncoveredHosts([...hosts], tls, references) };
}

function hostOf({ host }: Ingress['rules'][number]): string {
  return host;
}

function findUncoveredHosts(
  hosts: readonly string[],
  tls: TlsPlan,
  references: readonly ManagedCertificateReference[],
): readonly string[] {
  // What a certificate of another kind is for, no manifest says. An entry of spec.tls without a Secret is none.
  const hasOthers = tls.secretNames.length > 0 || tls.preSharedCerts.some((name) => !isManagedName(name));
  const domainLists = references.map((one) => (one.state === 'found' ? one.object.domains : []));
  if (hasOthers || domainLists.length === 0 || domainLists.some((domains) => domains.length === 0)) return [];
  const domains = new Set(domainLists.flat().map((domain) => domain.toLowerCase().replace(/\.$/, '')));
  const parents = new Set([...domains].flatMap(parentsOf));
  return hosts.filter((host) => !isCovered(host.toLowerCase(), domains, parents));
}

/**
 * A host with a wildcard is content with any domain under it, and a domain with a wildcard (of which no certificate comes)
 * is meant for every host under it: only what nobody thought of is found.
 */
function isCovered(host: string, domains: ReadonlySet<string>, parents: ReadonlySet<string>): boolean {
  if (domains.has(host)) return true;
  if (isWildcard(host) && parents.has(host.slice(1))) return true;
  return parentsOf(host).some((parent) => domains.has(`*${parent}`));
}

export function isWildcard(domain: string): boolean {
  return domain.startsWith('*.');
}

/** The longest name that DNS has; what is longer has no parents. */
const MAX_DOMAIN = 253;

/** Of "a.b.c": ".b.c" and ".c". */
export function parentsOf(domain: string): readonly string[] {
  if (domain.length > MAX_DOMAIN) return [];
  const parents: string[] = [];
  for (let dot = domain.indexOf('.'); dot !== -1; dot = domain.indexOf('.', dot + 1)) parents.push(domain.slice(dot));
  return parents;
}
