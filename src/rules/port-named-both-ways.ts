import type { RuleFinding } from '../judge/finding.ts';
import { inWords, remove, set, together } from '../judge/fix.ts';
import { defineRule, type IngressContext } from '../judge/rule.ts';
import type { FieldPath } from '../kubernetes/field-path.ts';
import type { Ingress, IngressBackend } from '../kubernetes/objects.ts';
import type { BackendPlan } from '../plan/backend-plan.ts';
import type { IngressPlan } from '../plan/plan.ts';
import { numberedElsewhere } from '../plan/shared-ports.ts';

export const portNamedBothWays = defineRule({
  id: 'port-named-both-ways',
  judges: ['Ingress'],
  severity: 'info',
  summary: 'One port of a Service goes by its name here and by its number there, in one Ingress or in two.',
  why: 'Both make one backend service, and the controller writes into its description how the port was named: each sync updates it, though nothing has changed, which costs quota of the Compute API and fills the audit log.',
  fix: 'Name the port the same way everywhere.',
  covers: ['C58'],
  references: ['https://github.com/kubernetes/ingress-gce/blob/v1.41.0/pkg/backends/backends.go'],
  check: { Ingress: findBothWays },
});

/** Of what the URL map has: a path that a later one replaces is not synced. */
function findBothWays({ ingress, plan, planner }: IngressContext): readonly RuleFinding[] {
  if (!namesPorts(ingress)) return [];
  return [...Map.groupBy(usesIn(plan), ({ backend }) => backend)].flatMap(([backend, uses]) => {
    const { servicePort, serviceName, error } = backend;
    if (servicePort === undefined || error !== undefined) return [];
    const isNamed = uses.some(({ name }) => name !== '');
    const elsewhere = isNamed ? numberedElsewhere(plan, backend, planner) : undefined;
    // The other Ingress stays as it is, so that one fix ends both.
    const isByNumber = elsewhere !== undefined || uses[0]?.name === '';
    const [here, there] = isByNumber ? (['name', 'number'] as const) : (['number', 'name'] as const);
    const others = uses.filter(({ name }) => (name === '') !== isByNumber);
    const [other] = others;
    if (other === undefined) return [];
    const value = isByNumber ? servicePort.port : servicePort.name;
    const alike = others.map(({ path }) =>
      together(remove(ingress, [...path, here]), set(ingress, [...path, there], value)),
    );
    const where = others.length === 1 ? '' : `, at all ${others.length} places`;
    return [
      {
        path: other.path,
        message: `port ${servicePort.port} of Service "${serviceName}" goes by its ${here} here and by its ${there} ${othersInWords(others.length < uses.length ? undefined : elsewhere)}.`,
        fix: [inWords(`write ${there}: ${value} in place of its ${here}${where}`, together(...alike))],
        identity: backend.key,
        condition: 'C58',
      },
    ];
  });
}

/** Whether any port goes by its name: of numbers alone there is nothing to say here. */
function namesPorts({ rules, defaultBackend }: Ingress): boolean {
  if (isByName(defaultBackend)) return true;
  return rules.some(({ paths = [] }) => paths.some(({ backend }) => isByName(backend)));
}

function isByName(backend: IngressBackend | undefined): boolean {
  return (backend?.service?.portName ?? '') !== '';
}

/** @param other undefined where the Ingress itself names the port both ways */
function othersInWords(other: Ingress | undefined): string {
  if (other === undefined) return 'elsewhere: each sync updates its backend service twice';
  return `in Ingress "${other.metadata.name}": each sync of either updates its backend service`;
}

interface Use {
  readonly backend: BackendPlan;
  /** To the port in the Ingress. */
  readonly path: FieldPath;
  /** "" where it goes by its number. */
  readonly name: string;
}

function usesIn({ ingress, urlMap, defaultBackend }: IngressPlan): readonly Use[] {
  const used = urlMap.hostRules.flatMap(({ paths }) => paths);
  // A Prefix path is two of the URL map.
  const bySite = new Map(used.toReversed().map((one) => [one.site, one]));
  const uses = [...bySite.values()].toReversed().map(({ backend, site }) => ({
    backend,
    path: [...site.field, 'backend', 'service', 'port'],
    name: site.backend.service?.portName ?? '',
  }));
  const own = ingress.defaultBackend?.service;
  if (own === undefined || defaultBackend === null) return uses;
  return [
    ...uses,
    { backend: defaultBackend, path: ['spec', 'defaultBackend', 'service', 'port'], name: own.portName },
  ];
}
