import type { RuleFinding } from '../judge/finding.ts';
import { advise, type Remedy, removeAnnotation, setAnnotation } from '../judge/fix.ts';
import { defineRule, type FrontEndContext } from '../judge/rule.ts';
import { annotationPath } from '../kubernetes/field-path.ts';
import type { Ingress } from '../kubernetes/objects.ts';
import { ALLOW_HTTP } from '../plan/annotation-keys.ts';
import { readOnce } from '../plan/lazy.ts';
import type { IngressPlan, Planner } from '../plan/plan.ts';
import { addressesNamedBy } from '../plan/static-ip.ts';

export const addressShared = defineRule({
  id: 'address-shared',
  judges: ['Ingress'],
  severity: 'error',
  summary: 'Two Ingresses name the same static address for the same port.',
  why: 'A forwarding rule takes an address and a port for itself, whatever the hosts of the Ingress and whichever namespace it is in: Google refuses the second, and the sync of that Ingress fails. One that is HTTP only and one that is HTTPS only do not meet.',
  fix: 'Name another address, or put the hosts of both into one Ingress.',
  covers: ['R9'],
  references: [
    'https://cloud.google.com/load-balancing/docs/forwarding-rule-concepts',
    'https://cloud.google.com/kubernetes-engine/docs/concepts/ingress-xlb',
  ],
  check: { FrontEnd: findShared },
});

function findShared({ ingress, plan, planner }: FrontEndContext): readonly RuleFinding[] {
  const { name, key } = plan.frontEnd.staticIp;
  if (key === undefined) return [];
  const [first] = portsOf(plan).flatMap((port) => {
    const holder = holderOf(plan, port, planner);
    return holder !== undefined && isBefore(holder.ingress, ingress) ? [{ other: holder, port }] : [];
  });
  if (first === undefined) return [];
  const { other, port } = first;
  const { metadata } = other.ingress;
  const isNear = metadata.namespace === ingress.metadata.namespace;
  const whose = isNear ? `Ingress "${metadata.name}"` : 'an Ingress of another namespace';
  return [
    {
      path: annotationPath(key),
      message: `address "${name}" is that of ${whose} too, on port ${port}: Google refuses the second forwarding rule.`,
      ...(isNear ? {} : { elsewhere: `It is Ingress "${metadata.name}" in namespace "${metadata.namespace}".` }),
      fix: waysOut(plan, key, portsOf(other)),
      isCertain: other.served.concern === 'certain',
      identity: name,
    },
  ];
}

/** Who has the port of its address: of those that ask for it and are not on their way out the first. */
function holderOf({ frontEnd: { staticIp } }: IngressPlan, port: number, planner: Planner): IngressPlan | undefined {
  return holdersOf(planner)(staticIp.name).get(`${staticIp.scope}/${port}`);
}

/** By scope and port, once for each name of an address: thousands may ask for one. */
const holdersOf = readOnce((planner: Planner) => {
  const known = new Map<string, ReadonlyMap<string, IngressPlan>>();
  return (name: string): ReadonlyMap<string, IngressPlan> => {
    const holders = known.get(name) ?? findHolders(name, planner);
    known.set(name, holders);
    return holders;
  };
});

function findHolders(name: string, planner: Planner): ReadonlyMap<string, IngressPlan> {
  const holders = new Map<string, IngressPlan>();
  for (const ingress of planner.snapshot.ingressesBy(addressesNamedBy, name)) {
    const plan = planner.planOf(ingress);
    const { staticIp } = plan.frontEnd;
    if (ingress.metadata.isBeingDeleted || plan.served.concern === 'none' || staticIp.name !== name) continue;
    for (const port of portsOf(plan)) {
      const key = `${staticIp.scope}/${port}`;
      const holder = holders.get(key);
      if (holder === undefined || isBefore(ingress, holder.ingress)) holders.set(key, plan);
    }
  }
  return holders;
}

/** Ports for which there is a forwarding rule, once everything else is right. */
function portsOf({ frontEnd: { allowsHttp, tls } }: IngressPlan): readonly number[] {
  return [...(allowsHttp ? [80] : []), ...(tls.isAskedFor ? [443] : [])];
}

/** The elder has the address; of two that nobody has stored yet, the first by name. One of the two gets the finding, not both. */
function isBefore(one: Ingress, other: Ingress): boolean {
  const [a, b] = [one.metadata, other.metadata];
  if (a.creationTimestamp !== b.creationTimestamp) {
    return b.creationTimestamp === '' || (a.creationTimestamp !== '' && a.creationTimestamp < b.creationTimestamp);
  }
  return a.namespace === b.namespace ? a.name < b.name : a.namespace < b.namespace;
}

function waysOut(plan: IngressPlan, key: string, taken: readonly number[]): readonly Remedy[] {
  const { ingress, frontEnd } = plan;
  const another = advise('name another address');
  const isHttpsFree = frontEnd.tls.isConfigured && !taken.includes(443) && !frontEnd.redirectsToHttps;
  const httpsAlone = isHttpsFree ? [setAnnotation(ingress, ALLOW_HTTP, 'false', 'HTTPS alone')] : [];
  // Both protocols of an internal Ingress need an address that is named.
  const unnamed = plan.class.isInternal ? [] : [removeAnnotation(ingress, key)];
  return [another, ...httpsAlone, ...unnamed];
}
