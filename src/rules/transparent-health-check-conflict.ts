import type { BackendConfig, Service } from '../kubernetes/objects.ts';
import { NEG, TRANSPARENT_HEALTH_CHECKER } from '../plan/annotation-keys.ts';
import { findBackendConfig } from '../plan/backend-config.ts';
import { optsIntoTransparent } from '../plan/health-check.ts';
import { isNegForIngress, readNegAnnotation } from '../plan/neg.ts';
import { howToEnableNegInWords } from '../plan/neg-fix.ts';
import { annotationPath } from '../plan/problem.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { defineRule, type RuleFinding, type ServiceContext } from './rule.ts';

export const transparentHealthCheckConflict = defineRule({
  id: 'transparent-health-check-conflict',
  judges: 'Service',
  severity: 'warning',
  summary: 'A Service opts into transparent health checks, and something else on it turns them off.',
  why: 'Transparent health checks work with NEGs only, and a health check in a BackendConfig wins over them. Google then checks the app itself, and only an event on the Service may tell.',
  fix: 'Turn NEGs on and remove spec.healthCheck from the BackendConfig, or remove the annotation.',
  covers: ['C40'],
  references: ['https://github.com/kubernetes/ingress-gce/blob/master/pkg/annotations/service.go'],
  check: (context) => {
    const { service, uses } = context;
    if (!optsIntoTransparent(service)) return [];
    const found = uses.length === 0 ? judgeAlone(context) : judgeUses(context);
    return found === undefined ? [] : [{ path: annotationPath(TRANSPARENT_HEALTH_CHECKER), ...found }];
  },
});

type Found = Omit<RuleFinding, 'path'>;

/** In the controller's order (setThcOptInOnSvc): the BackendConfig first. */
function judgeUses({ service, uses }: ServiceContext): Found | undefined {
  for (const { backend, plan } of uses) {
    if (backend.group === undefined) continue;
    const { backendConfig } = backend;
    if (backendConfig.state === 'found' && backendConfig.object.healthCheck !== undefined) {
      return overridden(backendConfig.object);
    }
    if (backend.group !== 'neg')
      return withoutNeg(service, `Ingress "${plan.ingress.metadata.name}" uses instance groups`);
  }
  return undefined;
}

function judgeAlone({ service, snapshot, injects }: ServiceContext): Found | undefined {
  const config = configsOf(service, snapshot).find(({ healthCheck }) => healthCheck !== undefined);
  if (config !== undefined) return { ...overridden(config), isCertain: false };
  const annotation = readNegAnnotation(service.metadata.annotations);
  if (isNegForIngress(annotation) || annotation.state === 'invalid') return undefined;
  // A ClusterIP Service may still get the annotation, and is no backend without it.
  if (annotation.state === 'absent' && injects && service.type === 'ClusterIP') return undefined;
  return { ...withoutNeg(service, `${NEG} does not say "ingress": true`), isCertain: false };
}

function configsOf(service: Service, snapshot: Snapshot): readonly BackendConfig[] {
  return service.ports.flatMap((port) => {
    const reference = findBackendConfig(service, port, snapshot);
    return reference.state === 'found' ? [reference.object] : [];
  });
}

function overridden({ metadata }: BackendConfig): Found {
  return {
    message: `BackendConfig "${metadata.name}" has a health check, which wins over the transparent one.`,
    fix: 'Remove spec.healthCheck from it, or this annotation.',
  };
}

function withoutNeg(service: Service, why: string): Found {
  return {
    message: `transparent health checks work with NEGs only, and ${why}.`,
    fix: `${howToEnableNegInWords(service)}, or remove this annotation.`,
  };
}
