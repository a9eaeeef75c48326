import type { BackendConfig, Service } from '../kubernetes/objects.ts';
import { findBackendConfig } from '../plan/backend-config.ts';
import {
  type BackendConfigFault,
  findBackendConfigFault,
  findBackendConfigSyncFaults,
} from '../plan/backend-config-validation.ts';
import type { ClassDecision } from '../plan/ingress-class.ts';
import { annotationPath } from '../plan/problem.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { defineRule, formatPath, type RuleFinding, type ServiceContext } from './rule.ts';

export const backendConfigInvalid = defineRule({
  id: 'backend-config-invalid',
  judges: 'Service',
  severity: 'error',
  summary: 'A Service uses a BackendConfig that the GKE Ingress controller refuses.',
  why: 'The CRD lets most values pass; the controller refuses them later, when it translates the Ingress (which fails as a whole) or when it sets the backend up (over and over). The fault is of the BackendConfig; the Service is what brings it in.',
  fix: 'Correct the BackendConfig, or let the Service name another.',
  covers: ['C11', 'C12', 'C13', 'C30', 'C31'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration'],
  check: (context) => {
    const findings = new Map<string, RuleFinding>();
    for (const use of usesOf(context)) {
      for (const found of judgeUse(use, context.snapshot)) {
        const known = findings.get(found.subject);
        if (known === undefined || (known.isCertain === false && found.isCertain)) findings.set(found.subject, found);
      }
    }
    return [...findings.values()];
  },
});

type Scope = Pick<ClassDecision, 'annotation' | 'isRegional' | 'isInternal'>;

/** Where no Ingress says of which class the backend is, what depends on it is left out. */
const NO_CLASS: Scope = { annotation: '', isRegional: false, isInternal: false };

interface Use {
  readonly key: string;
  readonly config: BackendConfig;
  readonly scope: Scope;
  /** undefined where no Ingress is known to use the port. */
  readonly ingressName: string | undefined;
  /** Whether the plan gets as far as to the BackendConfig. */
  readonly isReached: boolean;
}

function usesOf({ service, uses, snapshot }: ServiceContext): readonly Use[] {
  if (uses.length === 0) return usesAlone(service, snapshot);
  return uses.flatMap(({ backend, plan }) => {
    const port = backend.servicePort;
    const reference = port === undefined ? undefined : findBackendConfig(service, port, snapshot);
    if (reference?.state !== 'found') return [];
    const { key, object: config } = reference;
    const isReached = backend.backendConfig.state === 'found';
    return [{ key, config, scope: plan.class, ingressName: plan.ingress.metadata.name, isReached }];
  });
}

function usesAlone(service: Service, snapshot: Snapshot): readonly Use[] {
  return service.ports.flatMap((port) => {
    const reference = findBackendConfig(service, port, snapshot);
    if (reference.state !== 'found') return [];
    return [
      { key: reference.key, config: reference.object, scope: NO_CLASS, ingressName: undefined, isReached: false },
    ];
  });
}

type Found = RuleFinding & { readonly subject: string };

function judgeUse(use: Use, snapshot: Snapshot): readonly Found[] {
  const fault = findBackendConfigFault(use.config, use.scope, snapshot);
  const translation = fault === undefined ? [] : [findingOf(use, fault, 'fails as a whole')];
  const sync = findBackendConfigSyncFaults(use.config, use.scope);
  return [...translation, ...sync.map((found) => findingOf(use, found, 'fails to sync'))];
}

function findingOf({ key, config, ingressName, isReached }: Use, fault: BackendConfigFault, fate: string): Found {
  const { name } = config.metadata;
  const then = ingressName === undefined ? `an Ingress with it ${fate}` : `Ingress "${ingressName}" ${fate}`;
  return {
    path: annotationPath(key),
    message: `BackendConfig "${name}" is refused because ${fault.reason}: ${then}.`,
    // What helps a Secret is not in the BackendConfig.
    fix: fault.condition === 'C13' ? fault.fix : `In it, ${fault.fix.charAt(0).toLowerCase()}${fault.fix.slice(1)}`,
    // A Secret may come later, or get its keys; and what only Google refuses is not in the controller's source.
    isCertain: isReached && fault.condition !== 'C13' && fault.condition !== null,
    subject: `${name} ${formatPath(fault.path)}`,
    // Secrets are often made by hand, as Google's pages do it, so that files that have some need not have all.
    ...(fault.isAbsence ? { severity: 'warning' } : {}),
  };
}
