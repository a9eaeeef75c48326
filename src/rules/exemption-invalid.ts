import { IGNORE, readExemption } from '../judge/exemption.ts';
import type { RuleFinding } from '../judge/finding.ts';
import { advise, removeAnnotation } from '../judge/fix.ts';
import { defineRule, type ObjectContext } from '../judge/rule.ts';
import { annotationPath } from '../kubernetes/field-path.ts';

const HOW = `Write ${IGNORE}: "RULE[,RULE]; reason=TEXT; until=YYYY-MM-DD"`;

export const exemptionInvalid = defineRule({
  id: 'exemption-invalid',
  judges: ['Ingress', 'Service', 'BackendConfig', 'FrontendConfig', 'ManagedCertificate', 'Workload'],
  severity: 'warning',
  summary: `The annotation ${IGNORE} does not say which rules to pass over and why.`,
  why: 'An exemption without a rule or a reason has no effect: its author believes that it has.',
  fix: `${HOW}.`,
  covers: [],
  references: [],
  check: { Object: findInvalid },
});

function findInvalid({ object, exemptions }: ObjectContext): readonly RuleFinding[] {
  const path = annotationPath(IGNORE);
  const exemption = readExemption(object, exemptions);
  if (exemption.state === 'none') return [];
  const removal = removeAnnotation(object, IGNORE);
  const { namespace } = object.metadata;
  if (!exemptions.allows(namespace)) {
    return [
      {
        path,
        message: `the policy allows no exemptions in namespace "${namespace}", so the annotation has no effect.`,
        fix: [removal, advise('have the namespace allowed in the policy (exemptions, exemptionNamespaces)')],
      },
    ];
  }
  if (exemption.state !== 'invalid') return [];
  const end = exemption.error.endsWith('?') ? '' : '.';
  return [{ path, message: `it exempts from nothing: ${exemption.error}${end}`, fix: [advise(HOW), removal] }];
}
