import { IGNORE, readExemption } from '../judge/exemption.ts';
import type { RuleFinding } from '../judge/finding.ts';
import { advise, inWords, removeAnnotation } from '../judge/fix.ts';
import { shortened } from '../judge/quoted.ts';
import { defineRule, type ObjectContext } from '../judge/rule.ts';
import { annotationPath } from '../kubernetes/field-path.ts';

export const exemptionExpired = defineRule({
  id: 'exemption-expired',
  judges: ['Ingress', 'Service', 'BackendConfig', 'FrontendConfig', 'ManagedCertificate', 'Workload'],
  severity: 'warning',
  summary: `The annotation ${IGNORE} has passed its last day.`,
  why: 'What was to be fixed by then is judged again.',
  fix: 'Fix what is found, and remove the annotation; or give it a new day and a reason that still holds.',
  covers: [],
  references: [],
  check: { Object: findExpired },
});

function findExpired({ object, exemptions }: ObjectContext): readonly RuleFinding[] {
  const exemption = readExemption(object, exemptions);
  if (exemption.state !== 'expired' || !exemptions.allows(object.metadata.namespace)) return [];
  const { rules, until, reason } = exemption;
  return [
    {
      path: annotationPath(IGNORE),
      message: `its exemption from ${rules.join(', ')} ended on ${until} ("${shortened(reason, 120)}").`,
      fix: [
        inWords('fix what is found, and remove the annotation', removeAnnotation(object, IGNORE)),
        advise('give it a new day and a reason that still holds'),
      ],
    },
  ];
}
