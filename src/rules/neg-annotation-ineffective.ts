import { type Facts, isKnownToBe } from '../facts/facts.ts';
import type { RuleFinding } from '../judge/finding.ts';
import { inWords, type Remedy, setAnnotation } from '../judge/fix.ts';
import { chooseNeg, doWithoutNeg, enableNeg } from '../judge/neg-remedies.ts';
import { quoted, shortened } from '../judge/quoted.ts';
import { type BackendContext, defineRule } from '../judge/rule.ts';
import { annotationPath } from '../kubernetes/field-path.ts';
import type { Service } from '../kubernetes/objects.ts';
import { NEG } from '../plan/annotation-keys.ts';
import type { BackendPlan } from '../plan/backend-plan.ts';
import { readOnce } from '../plan/lazy.ts';
import { readNegAnnotation, saysWhetherIngress, unknownNegKeys } from '../plan/neg.ts';
import { negAnnotationWithIngress, respeltNeg } from '../plan/neg-meant.ts';

export const negAnnotationIneffective = defineRule({
  id: 'neg-annotation-ineffective',
  judges: ['Service'],
  severity: 'warning',
  summary: `The annotation ${NEG} of a Service is valid, but does not do what its author means.`,
  why: 'The controller ignores keys that it does not know, and an Ingress uses only what "ingress": true makes. Nothing is refused, there is no event, and GKE does not add its default to an annotation that is there.',
  fix: `Write '{"ingress": true}' for an Ingress, '{"ingress": false}' for instance groups, and "exposed_ports" for standalone NEGs.`,
  covers: ['R3'],
  references: [
    'https://cloud.google.com/kubernetes-engine/docs/how-to/container-native-load-balancing',
    'https://cloud.google.com/kubernetes-engine/docs/how-to/standalone-neg',
  ],
  check: { Backend: findIneffective },
});

function findIneffective(context: BackendContext): readonly RuleFinding[] {
  const said = readService(context.service);
  if (said === undefined) return [];
  if (said.unknown !== '') return [unknownKeys(context, said)];
  if (said.isNothing) return [nothingSaid(context, said)];
  return said.ingress || !said.exposesPorts ? [] : exposedOnly(context, said);
}

type Said = NonNullable<ReturnType<typeof readService>>;

/** Once, whichever of its ports is looked at: there may be thousands, and the annotation may be long. */
const readService = readOnce(({ metadata }: Service) => {
  const annotation = readNegAnnotation(metadata.annotations);
  if (annotation.state !== 'valid') return undefined;
  const { text, ingress, exposedPorts } = annotation;
  const keys = unknownNegKeys(text).map((key) => `"${key}"`);
  return {
    text,
    ingress,
    exposesPorts: exposedPorts.size > 0,
    hasNamesOnly: [...exposedPorts.values()].every((name) => name !== ''),
    isNothing: !ingress && exposedPorts.size === 0 && !saysWhetherIngress(text),
    unknown: shortened(keys.join(', '), 60),
  };
});

function unknownKeys(context: BackendContext, said: Said): RuleFinding {
  const then = said.isNothing ? ', so it turns no NEG on' : '';
  return {
    path: annotationPath(NEG),
    message: `${NEG} has ${said.unknown}, which the controller does not know and ignores${then}.`,
    fix: respell(context, said),
    isCertain: isWithoutNeg(context.backend),
  };
}

/** An annotation that is there keeps GKE's own from being added. */
function nothingSaid({ service, backend, facts }: BackendContext, { text }: Said): RuleFinding {
  return {
    path: annotationPath(NEG),
    message: `${NEG} is ${quoted(text)}, which turns NEGs neither on nor off.`,
    note: 'While it is there, the default {"ingress": true} is not added.',
    fix: chooseNeg(service, backend.isNegForced, facts),
    isCertain: isWithoutNeg(backend),
  };
}

function exposedOnly(
  { service, backend, plan, facts }: BackendContext,
  { hasNamesOnly }: Said,
): readonly RuleFinding[] {
  // An ExternalName has a rule of its own.
  if (plan === undefined || !isWithoutNeg(backend) || service.type === 'ExternalName') return [];
  const hasInstanceGroup = backend.group === 'instanceGroup';
  const instead = hasInstanceGroup ? 'it goes through instance groups' : 'it needs "ingress": true';
  return [
    {
      path: annotationPath(NEG),
      message: `exposed_ports makes NEGs that Ingress "${plan.ingress.metadata.name}" does not use: ${instead}.`,
      fix: enableOrLeave(service, facts),
      // Custom names usually serve a standalone load balancer, and this Ingress works through instance groups.
      ...(hasNamesOnly && hasInstanceGroup ? { severity: 'info' } : {}),
    },
  ];
}

function respell({ service, backend, plan, facts }: BackendContext, said: Said): readonly Remedy[] {
  const respelt = respeltNeg(service);
  if (respelt === undefined) return [];
  const { ingress, exposedPorts } = respelt.meaning;
  const asksForNeg = ingress === true || exposedPorts.size > 0;
  if (!asksForNeg && ingress === undefined) return chooseNeg(respelt.service, backend.isNegForced, facts);
  const isUnused =
    plan !== undefined && isWithoutNeg(backend) && negAnnotationWithIngress(respelt.service) !== undefined;
  const turnsOn = ingress === true ? !said.ingress : asksForNeg && isUnused;
  if (turnsOn || (asksForNeg && isKnownToBe(facts.vpcNative, false))) return enableOrLeave(respelt.service, facts);
  const corrections = [...respelt.keys].map(([key, meant]) => `"${meant}" for "${key}"`).join(' and ');
  const words = corrections === '' ? `remove ${said.unknown}` : `write ${corrections}`;
  return [inWords(words, setAnnotation(service, NEG, respelt.text))];
}

function enableOrLeave(service: Service, facts: Facts): readonly Remedy[] {
  const enabled = enableNeg(service, facts);
  return enabled.length === 0 ? [doWithoutNeg(service, facts)] : enabled;
}

/** A regional class finds the NEG of an exposed port that has no custom name. */
function isWithoutNeg({ group, isNegForced, error }: BackendPlan): boolean {
  return group === 'instanceGroup' || isNegForced || error?.condition === 'C6';
}
