// Who refuses the name of a NEG. The controller asks nobody: it makes a ServiceNetworkEndpointGroup of that name first, which
// the API server refuses, and then the NEG, which Google refuses (ingress-gce pkg/neg/manager.go ensureSvcNegCR).

/** Google's rule, as for most of its resources. */
const NEG_NAME = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;
const MAX_NAME = 63;

/** A DNS subdomain, as the API server wants the name of an object (RFC 1123). */
const OBJECT_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const MAX_OBJECT_NAME = 253;

export type NegNameRefusal = 'api-server' | 'google';

/** undefined where nobody does. */
export function whoRefusesNegName(name: string): NegNameRefusal | undefined {
  if (isLegalNegName(name)) return undefined;
  return name.length <= MAX_OBJECT_NAME && OBJECT_NAME.test(name) ? 'google' : 'api-server';
}

function isLegalNegName(name: string): boolean {
  return NEG_NAME.test(name);
}

/** The legal name that is nearest to one that is not; undefined where nothing of it is left. */
export function legalNegName(name: string): string | undefined {
  const legal = name
    .slice(0, MAX_NAME)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_NAME)
    .replace(/^[-0-9]+/, '')
    .replace(/-$/, '');
  return isLegalNegName(legal) ? legal : undefined;
}
