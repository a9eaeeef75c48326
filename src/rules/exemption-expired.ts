import { IGNORE, readExemption } from './exemption.ts';
import { defineRule } from './rule.ts';

export const exemptionExpired = defineRule({
  id: 'exemption-expired',
  judges: 'Object',
  severity: 'warning',
  summary: `The annotation ${IGNORE} has passed its last day.`,
  why: 'What was to be mended by then is judged again.',
  fix: 'Mend what is found, and remove the annotation; or give it a new day and a reason that still holds.',
  covers: [],
  references: [],
  check: ({ object, exemptions }) => {
    const exemption = readExemption(object, exemptions);
    if (exemption.state !== 'expired' || !exemptions.allowed) return [];
    return [
      {
        path: ['metadata', 'annotations', IGNORE],
        message: `its exemption from ${exemption.rules.join(', ')} ended on ${exemption.until} ("${exemption.reason}").`,
      },
    ];
  },
});
