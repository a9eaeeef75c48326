// What the plan before and the plan after say about Google, as the differences that the controllers leave between it and the plan
// of what is stored: what is kept, and that nothing more is built.
import type { FeatureName, PlanChange } from '../../src/plan/change.ts';
import { comparePlans } from '../../src/plan/changes.ts';
import type { HealthCheck } from '../../src/plan/health-check.ts';
import type { Flags, RawObject } from './case.ts';
import { plansOf } from './predicted.ts';

/** In the words of State.differs. */
export function predictedDifferences(
  created: readonly RawObject[],
  now: readonly RawObject[],
  flags: Flags,
): readonly string[] {
  const before = plansOf(created, flags);
  const lines = plansOf(now, flags).flatMap((plan) => {
    const was = before.find(({ ingress }) => ingress.metadata.name === plan.ingress.metadata.name);
    return comparePlans(was, plan).flatMap(linesOf);
  });
  return [...new Set(lines)].toSorted();
}

const CHECK_FIELDS = [
  'path',
  'intervalSec',
  'timeoutSec',
  'healthyThreshold',
  'unhealthyThreshold',
] as const satisfies readonly (keyof HealthCheck)[];

/** As the controllers' objects have them. */
const FEATURES: Partial<Record<FeatureName, string>> = {
  cloudArmor: 'securityPolicy',
  sessionAffinity: 'affinityType',
};
/** Those that are written where nobody asks for them. */
const WRITTEN: ReadonlySet<FeatureName> = new Set(['iap', 'cdn', 'logging']);

function linesOf(change: PlanChange): readonly string[] {
  switch (change.kind) {
    case 'backend-lost':
    case 'sync-stops':
      return ['built: false | true'];
    case 'health-check': {
      const { kept, backend } = change;
      const fresh = change.fresh.check;
      const differing = CHECK_FIELDS.filter((field) => kept[field] !== fresh[field]);
      return differing.map((field) => `${at(backend)} / healthCheck / ${field}: ${fresh[field]} | ${kept[field]}`);
    }
    case 'feature': {
      const { backend, name, kept, fresh } = change;
      const unset = WRITTEN.has(name) ? fresh : null;
      return kept === fresh ? [] : [`${at(backend)} / features / ${FEATURES[name] ?? name}: ${unset} | ${kept}`];
    }
    default:
      return [];
  }
}

function at({ serviceName, servicePort }: Extract<PlanChange, { readonly kind: 'feature' }>['backend']): string {
  return `backends / ${serviceName}:${servicePort?.port}`;
}
