import { servicesOfConfig } from '../judge/chain.ts';
import type { RuleFinding } from '../judge/finding.ts';
import { advise } from '../judge/fix.ts';
import { securityOf } from '../judge/protection.ts';
import { defineRule, type ObjectContext } from '../judge/rule.ts';
import type { BackendConfig, Service } from '../kubernetes/objects.ts';
import { BACKEND_CONFIG } from '../plan/annotation-keys.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

export const securityNotApplied = defineRule({
  id: 'security-not-applied',
  judges: ['BackendConfig'],
  severity: 'warning',
  summary: 'A BackendConfig turns on IAP, Cloud Armor or Cloud CDN, and no Service behind an Ingress names it.',
  why: 'A BackendConfig does nothing by itself: it counts for the ports of Services that name it, and only behind an Ingress. Nothing reports one that nobody reads, so an application that is meant to be closed stays open.',
  fix: 'Name it in the annotation cloud.google.com/backend-config of a Service that an Ingress names, or remove it.',
  noEdits: 'Which Service it is meant for only its author knows.',
  covers: [],
  references: ['https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration'],
  check: {
    Object: ({ object, snapshot }: ObjectContext) => (object.kind === 'BackendConfig' ? find(object, snapshot) : []),
  },
});

/** Late: in every correct order of applying, the BackendConfig comes before whoever names it. */
function find(config: BackendConfig, snapshot: Snapshot): readonly RuleFinding[] {
  const security = securityOf(config);
  if (security.length === 0) return [];
  const { namespace, name } = config.metadata;
  const what = security.join(' and ');
  const common = { path: ['spec'], isLate: true, identity: 'unused' };
  const services = servicesOfConfig(config, snapshot);
  if (services.length === 0) {
    if (!isSeen('Service', namespace, snapshot)) return [];
    return [
      {
        ...common,
        message: `no Service of namespace "${namespace}" names it: its ${what} ${isOrAre(security)} applied to nothing.`,
        isCertain: snapshot.isKnown('Service', namespace),
        fix: [advise(`set ${BACKEND_CONFIG[0]}: '{"default": "${name}"}' on the Service`)],
      },
    ];
  }
  if (services.some(({ metadata }) => snapshot.ingressesOf(metadata).length > 0)) return [];
  const open = services.find(({ type }) => type === 'LoadBalancer');
  if (open === undefined && !isSeen('Ingress', namespace, snapshot)) return [];
  return [
    {
      ...common,
      message: `${whoNamesIt(services, open)} behind no Ingress, where alone a BackendConfig counts: its ${what} ${isOrAre(security)} applied to nothing.`,
      isCertain: snapshot.isKnown('Ingress', namespace),
      fix: [advise('name the Service in an Ingress')],
    },
  ];
}

/** Absence says something where others of the kind are there: whoever wrote those would have written this one too. */
function isSeen(kind: 'Service' | 'Ingress', namespace: string, snapshot: Snapshot): boolean {
  return snapshot.has(kind, namespace) || snapshot.isKnown(kind, namespace);
}

function isOrAre({ length }: readonly string[]): string {
  return length === 1 ? 'is' : 'are';
}

function whoNamesIt(services: readonly Service[], open: Service | undefined): string {
  const named = open ?? services[0];
  const { name = '' } = named?.metadata ?? {};
  if (open !== undefined) return `LoadBalancer Service "${name}" names it and is`;
  return services.length === 1 ? `Service "${name}" names it and is` : `Service "${name}" and others name it and are`;
}
