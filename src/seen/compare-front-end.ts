// The front end of the plan beside the one that Google has: ports 80 and 443, and where the address can be reached from.
import type { CompareInput } from './compare-input.ts';
import { type Difference, describing } from './difference.ts';

export function compareFrontEnd(input: CompareInput): readonly Difference[] {
  // Without a URL map nothing has been built that could differ.
  if (input.seen.resources['url-map'] === undefined) return [];
  return [...comparePorts(input), ...compareAddress(input)];
}

function comparePorts({ plan, seen }: CompareInput): readonly Difference[] {
  const { namespace, name } = plan.ingress.metadata;
  const ports = [
    { port: 'HTTP on port 80', wanted: plan.frontEnd.http, has: seen.resources['forwarding-rule'] !== undefined },
    {
      port: 'HTTPS on port 443',
      wanted: plan.frontEnd.https,
      has: seen.resources['https-forwarding-rule'] !== undefined,
    },
  ];
  return ports
    .filter(({ wanted, has }) => wanted !== has)
    .map(({ port, wanted }) => ({
      id: wanted ? 'front-end-missing' : 'front-end-not-in-plan',
      message: wanted
        ? `The load balancer should serve ${port}, and has no forwarding rule for it: the last sync failed, or did not come yet.`
        : `The load balancer serves ${port}, which the Ingress does not ask for: left from an older version of it.`,
      next: describing('ingress', name, namespace),
      isPredicted: plan.frontEnd.faults.length > 0,
      backend: undefined,
    }));
}

/** RFC 1918; a VPC may use other ranges inside, so only these say something. */
const PRIVATE = /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)/;

/** An external load balancer has no private address, so one is left from a time when the class was another. */
function compareAddress({ plan, seen }: CompareInput): readonly Difference[] {
  const isInternal = plan.class.annotation === 'gce-internal';
  const inside = seen.addresses.find((address) => PRIVATE.test(address));
  if (isInternal || inside === undefined) return [];
  const { namespace, name } = plan.ingress.metadata;
  return [
    {
      id: 'address-is-internal',
      message: `Class ${plan.class.name} gives an address on the internet, and ${inside} is a private one: it is left from class gce-internal.`,
      next: describing('ingress', name, namespace),
      isPredicted: false,
      backend: undefined,
    },
  ];
}
