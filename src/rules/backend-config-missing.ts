import { MAX_REWRITTEN, nameBackendConfigs } from '../judge/backend-config-remedies.ts';
import { saidElsewhere } from '../judge/elsewhere.ts';
import type { Wording } from '../judge/finding.ts';
import { advise, type Remedy } from '../judge/fix.ts';
import { correctName } from '../judge/near-name.ts';
import { wholeIngressFails } from '../judge/plan-words.ts';
import { defineRule, type WordingContext } from '../judge/rule.ts';
import type { Service } from '../kubernetes/objects.ts';
import { backendConfigsNamedBy, readBackendConfigAnnotation } from '../plan/backend-config.ts';
import type { FaultOf } from '../plan/fault.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

export const backendConfigMissing = defineRule({
  id: 'backend-config-missing',
  judges: ['Service'],
  severity: 'error',
  summary: 'A Service behind a GKE Ingress names a BackendConfig that does not exist.',
  why: 'The backend fails to translate, and with it the whole Ingress, until the BackendConfig is there. It is looked for in the namespace of the Service.',
  fix: 'Create the BackendConfig in the namespace of the Service, or correct the name.',
  covers: ['C10', 'R11'],
  references: [
    'https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration',
    'https://github.com/kubernetes/ingress-gce/issues/1503',
  ],
  words: { C10: wordMissing },
});

function wordMissing({ service, backend, name }: FaultOf<'C10'>, context: WordingContext): Wording {
  const { plan, snapshot, otherNamespaces } = context;
  const { namespace } = service.metadata;
  const port = backend.servicePort === undefined ? '' : ` for port ${backend.servicePort.port}`;
  return {
    message: `BackendConfig "${name}"${port} does not exist in namespace "${namespace}": ${wholeIngressFails(plan)} to translate.`,
    fix: [
      ...correctName({ kind: 'BackendConfig', namespace, name }, snapshot, backendConfigsNamedBy(service)),
      advise('create it there, or correct the name'),
      ...doWithout(service, name, snapshot),
    ],
    identity: name,
    ...saidElsewhere({ kind: 'BackendConfig', namespace, name }, 'Service', otherNamespaces),
  };
}

function doWithout(service: Service, name: string, snapshot: Snapshot): readonly Remedy[] {
  const annotation = readBackendConfigAnnotation(service.metadata.annotations);
  if (annotation.state !== 'valid' || annotation.byPort.size > MAX_REWRITTEN) return [];
  const { key, byDefault, byPort } = annotation;
  const named = {
    byDefault: byDefault === name ? '' : byDefault,
    byPort: new Map([...byPort].filter(([, other]) => other !== name)),
  };
  // A port without its entry gets the default, which must be there.
  const { namespace } = service.metadata;
  const isWorse = named.byDefault !== '' && snapshot.get('BackendConfig', namespace, named.byDefault) === undefined;
  return isWorse ? [] : [nameBackendConfigs(service, key, named)];
}
