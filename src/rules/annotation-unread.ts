import type { RuleFinding } from '../judge/finding.ts';
import { advise, inWords, type Remedy, removeAnnotation, setAnnotation, together } from '../judge/fix.ts';
import { findEquivalent } from '../judge/gke-equivalents.ts';
import { shortened } from '../judge/quoted.ts';
import { defineRule, type IngressContext, type ServiceContext } from '../judge/rule.ts';
import { annotationPath } from '../kubernetes/field-path.ts';
import type { Ingress, Service } from '../kubernetes/objects.ts';
import { INGRESS_CLASS } from '../plan/annotation-keys.ts';
import { findMeantKey, findNearKey } from '../plan/annotation-owner.ts';
import { type DeadAnnotation, findDead } from '../plan/dead-annotations.ts';

export const annotationUnread = defineRule({
  id: 'annotation-unread',
  judges: ['Ingress', 'Service'],
  severity: 'warning',
  summary: 'An annotation has a key that nothing on GKE reads.',
  why: 'Anybody may write any annotation, so the API server takes it, and the controller passes over what it does not know. Whoever relies on the redirect, the policy or the certificate that it asks for has none.',
  fix: 'Write what GKE has in its place, and remove the annotation.',
  covers: ['R17'],
  references: [
    'https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration',
    'https://cloud.google.com/kubernetes-engine/docs/how-to/managed-certs',
  ],
  isAboutClass: true,
  check: { Ingress: judgeIngress, Service: judgeService },
});

/** Nobody wrote more by hand, and each takes time. */
const MAX_KEYS = 200;

function judgeIngress({ ingress, plan }: IngressContext): readonly RuleFinding[] {
  const { served, class: decision } = plan;
  const { annotations } = ingress.metadata;
  return Object.keys(annotations)
    .slice(0, MAX_KEYS)
    .flatMap((key) => {
      const dead = findDead(key);
      // What is nearly a key that is read is another finding.
      if (dead === undefined || findMeantKey(key) !== undefined || findNearKey(key) !== undefined) return [];
      // Who writes the class where nobody looks has none, and so whatever controller takes those.
      if (dead.why === 'class') return decision.isClassless ? [wordClass(ingress, key)] : [];
      return served.concern === 'none' ? [] : [word(ingress, key, dead, served.concern === 'certain')];
    });
}

/** Behind an Ingress of GKE only, and only what somebody relies on. */
function judgeService({ service, backends }: ServiceContext): readonly RuleFinding[] {
  const isCertain = backends.some(({ plan }) => plan.served.concern === 'certain');
  return Object.keys(service.metadata.annotations).flatMap((key) => {
    const dead = backends.length === 0 ? undefined : findDead(key);
    const isRelied = dead?.why === 'renamed' || dead?.why === 'never';
    return dead !== undefined && isRelied ? [word(service, key, dead, isCertain)] : [];
  });
}

function wordClass(ingress: Ingress, key: string): RuleFinding {
  const value = ingress.metadata.annotations[key] ?? '';
  const renamed = together(setAnnotation(ingress, INGRESS_CLASS, value), removeAnnotation(ingress, key));
  return {
    path: annotationPath(key),
    message: `nothing reads the annotation ${shortened(key, 60)}: the Ingress names no class, and GKE serves those.`,
    isCertain: false,
    fix: [inWords(`rename it to ${INGRESS_CLASS}`, renamed), removeAnnotation(ingress, key)],
  };
}

function word(object: Ingress | Service, key: string, dead: DeadAnnotation, isCertain: boolean): RuleFinding {
  const equivalent = findEquivalent(key);
  const written = `nothing on GKE reads the annotation ${shortened(key, 80)}`;
  const common = { path: annotationPath(key), fix: remediesFor(object, key, dead, equivalent?.use) };
  if (dead.why === 'unknown') {
    return { ...common, message: `${written}, as far as its sources show.`, isCertain: false, severity: 'info' };
  }
  const effect = dead.meant === undefined ? equivalent?.effect : `its key is ${dead.meant}`;
  return { ...common, message: `${written}${effect === undefined ? '' : `: ${effect}`}.`, isCertain };
}

function remediesFor(
  object: Ingress | Service,
  key: string,
  { meant }: DeadAnnotation,
  use: string | undefined,
): readonly Remedy[] {
  const removal = removeAnnotation(object, key);
  if (meant === undefined) return use === undefined ? [removal] : [inWords(`remove it, and ${use}`, removal)];
  if (object.kind === 'Service') return [inWords(`write ${meant} on the Ingress, and remove this one`, removal)];
  const { annotations } = object.metadata;
  if (annotations[meant] !== undefined) return [removal, advise(`see what ${meant} says`)];
  return [inWords(`rename it to ${meant}`, together(setAnnotation(object, meant, annotations[key] ?? ''), removal))];
}
