// A plan with all that the rules say of the objects that it is made of: what `explain` shows, and what a comparison with the
// cluster starts from.

import { AT_INGRESS, type Place } from '../plan/fault.ts';
import type { IngressPlan } from '../plan/plan.ts';
import { chainOf } from './chain.ts';
import type { Finding } from './finding.ts';
import type { Judge } from './judge.ts';

export interface ExplainedFinding {
  readonly finding: Finding;
  /** Where it is marked in the load balancer of this Ingress. */
  readonly place: Place;
}

/** The findings of the plan's chain that concern this Ingress: exactly what `check` finds on these objects. */
export function explainFindings(plan: IngressPlan, judge: Judge): readonly ExplainedFinding[] {
  return chainOf(plan).flatMap((object) =>
    judge.judge(object).findings.flatMap((finding) => {
      const place = placeIn(finding, plan);
      return place === undefined ? [] : [{ finding, place }];
    }),
  );
}

/** undefined where it concerns other Ingresses only. */
function placeIn({ places, object }: Finding, plan: IngressPlan): Place | undefined {
  const { ingress } = plan;
  const own = places.find((one) => one.ingress === ingress);
  if (own !== undefined) return own.place;
  if (places.length > 0) return undefined;
  if (object.kind === 'Ingress') return AT_INGRESS;
  if (object.kind === 'FrontendConfig' || object.kind === 'ManagedCertificate') return { at: 'frontEnd' };
  const backend = plan.backends.find(
    ({ service, backendConfig, workloads }) =>
      service === object ||
      (backendConfig.state === 'found' && backendConfig.object === object) ||
      workloads.some((workload) => workload === object),
  );
  return backend === undefined ? AT_INGRESS : { at: 'backend', key: backend.key };
}
