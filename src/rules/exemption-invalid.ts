import { IGNORE, readExemption } from './exemption.ts';
import { defineRule } from './rule.ts';

export const exemptionInvalid = defineRule({
  id: 'exemption-invalid',
  judges: 'Object',
  severity: 'warning',
  summary: `The annotation ${IGNORE} does not say which rules to pass over and why.`,
  why: 'An exemption without a rule or a reason exempts from nothing: its author believes that it does.',
  fix: `Write ${IGNORE}: "RULE[,RULE]; reason=TEXT; until=YYYY-MM-DD".`,
  covers: [],
  references: [],
  check: ({ object, exemptions }) => {
    const path = ['metadata', 'annotations', IGNORE];
    const exemption = readExemption(object, exemptions);
    if (exemption.state === 'none') return [];
    if (!exemptions.allowed) {
      const fix = 'Remove the annotation, or set exemptions: allowed in the policy.';
      return [{ path, message: 'the policy forbids exemptions: the annotation counts for nothing.', fix }];
    }
    if (exemption.state !== 'invalid') return [];
    const end = exemption.error.endsWith('?') ? '' : '.';
    return [{ path, message: `it exempts from nothing: ${exemption.error}${end}` }];
  },
});
