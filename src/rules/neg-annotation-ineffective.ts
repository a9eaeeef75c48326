import { nearest } from '../nearest.ts';
import { NEG } from '../plan/annotation-keys.ts';
import { NEG_KEYS, readNegAnnotation, saysWhetherIngress, unknownNegKeys } from '../plan/neg.ts';
import { howToEnableNegInWords } from '../plan/neg-fix.ts';
import type { BackendUse } from '../plan/plan.ts';
import { annotationPath } from '../plan/problem.ts';
import { quoted, shortened } from './quoted.ts';
import { defineRule, type RuleFinding, type ServiceContext } from './rule.ts';

export const negAnnotationIneffective = defineRule({
  id: 'neg-annotation-ineffective',
  judges: 'Service',
  severity: 'warning',
  summary: `The annotation ${NEG} of a Service is valid, but does not do what its author means.`,
  why: 'The controller passes over keys that it does not know, and an Ingress uses only what "ingress": true makes: nothing is refused, no event tells, and the default is not added over an annotation that is there.',
  fix: `Write '{"ingress": true}' for an Ingress, '{"ingress": false}' for instance groups, and "exposed_ports" for NEGs of your own.`,
  covers: ['R3'],
  references: [
    'https://cloud.google.com/kubernetes-engine/docs/how-to/container-native-load-balancing',
    'https://cloud.google.com/kubernetes-engine/docs/how-to/standalone-neg',
  ],
  check: findIneffective,
});

function findIneffective({ service, uses }: ServiceContext): readonly RuleFinding[] {
  const annotation = readNegAnnotation(service.metadata.annotations);
  if (annotation.state !== 'valid') return [];
  const { text, ingress, exposedPorts } = annotation;
  const path = annotationPath(NEG);
  const withoutNeg = uses.find(isWithoutNeg);
  const isCertain = withoutNeg !== undefined;
  const isNothing = !ingress && exposedPorts.size === 0 && !saysWhetherIngress(text);
  const unknown = unknownNegKeys(text);
  if (unknown.length > 0) {
    const named = shortened(unknown.map((key) => `"${key}"`).join(', '), 60);
    const then = isNothing ? ', so it turns no NEG on' : '';
    return [
      {
        path,
        message: `${NEG} has ${named}, which the controller does not know and passes over${then}.`,
        fix: howToSpell(unknown),
        isCertain,
      },
    ];
  }
  if (isNothing) {
    return [
      {
        path,
        message: `${NEG} is ${quoted(text)}, which turns NEGs neither on nor off.`,
        note: 'Being there, it keeps the default {"ingress": true} from being added.',
        fix: `Write '{"ingress": true}', or '{"ingress": false}' for instance groups.`,
        isCertain,
      },
    ];
  }
  if (ingress || exposedPorts.size === 0 || withoutNeg === undefined) return [];
  const hasNames = [...exposedPorts.values()].every((name) => name !== '');
  return [
    {
      path,
      message: `exposed_ports makes NEGs that Ingress "${withoutNeg.plan.ingress.metadata.name}" does not use: ${instead(withoutNeg)}.`,
      fix: howToEnableNegInWords(service),
      // Names of one's own are for somebody else's load balancer, and instance groups do work.
      ...(hasNames && withoutNeg.backend.group === 'instanceGroup' ? { severity: 'info' } : {}),
    },
  ];
}

/** A regional class finds the NEG of an exposed port that has no name of its own. */
function isWithoutNeg({ backend }: BackendUse): boolean {
  return backend.group === 'instanceGroup' || backend.isNegForced || backend.error?.condition === 'C6';
}

function instead({ backend }: BackendUse): string {
  if (backend.group === 'instanceGroup') return 'it goes through instance groups';
  return 'it needs "ingress": true';
}

function howToSpell(unknown: readonly string[]): string {
  for (const key of unknown) {
    const meant = nearest(key, NEG_KEYS);
    if (meant !== undefined) return `Write "${meant}" for "${key}".`;
  }
  return `Use ${NEG_KEYS.map((key) => `"${key}"`).join(', ')} only.`;
}
