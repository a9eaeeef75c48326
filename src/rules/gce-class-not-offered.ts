import { INGRESS_CLASS } from '../plan/annotation-keys.ts';
import { GCE_CLASSES } from '../plan/ingress-class.ts';
import { isOfAnotherController } from './add-on-claim.ts';
import { defineRule } from './rule.ts';

export const gceClassNotOffered = defineRule({
  id: 'gce-class-not-offered',
  judges: 'Ingress',
  severity: 'warning',
  summary: "The class in the annotation is one of GKE's, but not one that this cluster's controller serves.",
  why: 'Class gce-regional-external is served only where the controller runs with its flag on, and class gce nowhere that it is off (sovereign clouds). At most an event tells.',
  fix: 'Write the class that the cluster offers, or declare the flag of its controller in the facts.',
  covers: ['C1'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/concepts/ingress'],
  check: ({ plan, snapshot }) => {
    const { annotation, isClaimed, restsOn } = plan.class;
    if (isClaimed || !GCE_CLASSES.some((name) => name === annotation)) return [];
    if (isOfAnotherController(annotation, snapshot)) return [];
    const isGlobal = annotation === 'gce';
    const flag = isGlobal ? 'enableIngressGlobalExternal' : 'enableIngressRegionalExternal';
    const other = isGlobal ? 'gce-regional-external' : 'gce';
    const isAssumed = restsOn !== undefined;
    return [
      {
        path: ['metadata', 'annotations', INGRESS_CLASS],
        message: isAssumed
          ? `the controller is assumed to have class "${annotation}" off, as by default: then nothing serves it.`
          : `this cluster's controller does not serve class "${annotation}" (the facts say ${flag}: false): nothing would.`,
        fix: isAssumed ? `Use class ${other}, or declare controller.${flag} in the facts.` : `Use class ${other}.`,
        isCertain: !isAssumed,
      },
    ];
  },
});
