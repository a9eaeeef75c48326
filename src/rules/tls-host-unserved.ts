import type { RuleFinding } from '../judge/finding.ts';
import { advise, remove, set, together } from '../judge/fix.ts';
import { defineRule, type FrontEndContext } from '../judge/rule.ts';
import type { FieldPath } from '../kubernetes/field-path.ts';
import type { Ingress } from '../kubernetes/objects.ts';
import { nearest } from '../nearest.ts';

export const tlsHostUnserved = defineRule({
  id: 'tls-host-unserved',
  judges: ['Ingress'],
  severity: 'info',
  summary: 'A host of spec.tls is in no rule of the Ingress.',
  why: 'The GKE Ingress controller never reads the hosts of spec.tls: they neither choose a certificate nor serve anybody. Requests for a host without a rule get the 404 of the default backend.',
  fix: 'Add a rule for the host, or correct or remove it in spec.tls.',
  covers: [],
  references: ['https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-multi-ssl'],
  check: { FrontEnd: findUnserved },
});

/** More would say nothing new. */
const MAX_FINDINGS = 16;

function findUnserved({ ingress }: FrontEndContext): readonly RuleFinding[] {
  if (ingress.tls.length === 0) return [];
  const hosts = ingress.rules.filter(({ paths }) => paths !== undefined).map(({ host }) => host.toLowerCase());
  // Everybody is served by a default backend of its own, or by a rule without host.
  if (ingress.defaultBackend !== undefined || hosts.length === 0 || hosts.includes('')) return [];
  const served = new Set(hosts);
  const found = [...placesOfHosts(ingress)].filter(([host]) => !isServed(host.toLowerCase(), served));
  return found.slice(0, MAX_FINDINGS).map(([host, places]) => {
    const meant = nearest(host, [...served], 2);
    const correct = meant === undefined ? [] : [together(...places.map((path) => set(ingress, path, meant)))];
    // The last first, so that the others keep their place in the list.
    const removal = together(...places.toReversed().map((path) => remove(ingress, path)));
    return {
      path: places[0],
      message: `no rule is for host "${host}": it gets a 404, for GKE does not read the hosts of spec.tls.`,
      fix: [...correct, advise('add a rule for it'), removal],
      identity: host,
    };
  });
}

/** Where each host is. */
function placesOfHosts({ tls }: Ingress): ReadonlyMap<string, readonly [FieldPath, ...FieldPath[]]> {
  const places = new Map<string, readonly [FieldPath, ...FieldPath[]]>();
  for (const [index, { hosts }] of tls.entries()) {
    for (const [at, host] of hosts.entries()) {
      const path = ['spec', 'tls', index, 'hosts', at];
      const known = places.get(host);
      if (host !== '') places.set(host, known === undefined ? [path] : [...known, path]);
    }
  }
  return places;
}

/** A wildcard of either side meets every host under it: only what nobody thought of is found. */
function isServed(host: string, served: ReadonlySet<string>): boolean {
  if (served.has(host)) return true;
  return [...served].some((one) => isUnder(host, one) || isUnder(one, host));
}

function isUnder(host: string, wildcard: string): boolean {
  return wildcard.startsWith('*.') && host.endsWith(wildcard.slice(1));
}
