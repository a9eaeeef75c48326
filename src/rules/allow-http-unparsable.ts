import { GO_BOOLS } from '../kubernetes/go-strconv.ts';
import { ALLOW_HTTP } from '../plan/annotation-keys.ts';
import { frontEndFindings } from './front-end-findings.ts';
import { defineRule } from './rule.ts';

/** The author means what happens anyway. */
const MEANS_TRUE = /^\s*(?:true|yes|y|on|enabled?|allow(?:ed)?)\s*$/i;

export const allowHttpUnparsable = defineRule({
  id: 'allow-http-unparsable',
  judges: 'Ingress',
  severity: 'warning',
  summary: `The annotation ${ALLOW_HTTP} is no boolean to Go, so it counts as true.`,
  why: 'The controller goes on with HTTP on and says nothing: what was meant to be reachable over HTTPS only is served in plain text too.',
  fix: `Write ${ALLOW_HTTP}: "false", or "true".`,
  covers: ['C45'],
  references: ['https://pkg.go.dev/strconv#ParseBool'],
  check: (context) => {
    const text = context.ingress.metadata.annotations[ALLOW_HTTP] ?? '';
    return frontEndFindings(context, ['C45']).map(({ path }) => ({
      path,
      message: `${ALLOW_HTTP} is "${text}", which is no boolean, so it counts as true: HTTP stays on.`,
      note: `It may be one of ${GO_BOOLS}.`,
      fix: MEANS_TRUE.test(text) ? `Write ${ALLOW_HTTP}: "true"` : `Write ${ALLOW_HTTP}: "false" to turn HTTP off.`,
      ...(MEANS_TRUE.test(text) ? { severity: 'info' as const } : {}),
    }));
  },
});
