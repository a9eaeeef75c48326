import { annotationPath } from '../plan/problem.ts';
import { findTrafficScalingFault } from '../plan/traffic-scaling.ts';
import { quoted } from './quoted.ts';
import { defineRule } from './rule.ts';

export const trafficScalingInvalid = defineRule({
  id: 'traffic-scaling-invalid',
  judges: 'Service',
  severity: 'warning',
  summary: 'A traffic scaling annotation of a Service is out of range, on a cluster whose controller reads it.',
  why: 'With its flag enableTrafficScaling the controller reads max-rate-per-endpoint and capacity-scaler, and one bad value fails the whole Ingress; without the flag nobody reads them.',
  fix: 'Set max-rate-per-endpoint to a number of at least 0, capacity-scaler to one from 0 to 1.',
  covers: ['C8'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/how-to/configure-traffic-management'],
  check: ({ service, uses, facts }) => {
    if (!facts.controller.enableTrafficScaling.value) return [];
    const fault = findTrafficScalingFault(service.metadata.annotations);
    if (fault === undefined) return [];
    const failing = uses.find(({ backend }) => backend.error?.condition === 'C8');
    const fate =
      failing === undefined
        ? 'an Ingress that uses the Service fails'
        : `the whole of Ingress "${failing.plan.ingress.metadata.name}" fails`;
    return [
      {
        path: annotationPath(fault.key),
        message: `${fault.key} is ${quoted(fault.text)}, and must be ${fault.legal}, so ${fate}.`,
        fix: 'Correct or remove the annotation.',
        isCertain: failing !== undefined,
      },
    ];
  },
});
