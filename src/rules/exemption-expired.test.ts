import { describeRule } from '../../test/support/describe-rule.ts';
import { backendConfig, deployment } from '../../test/support/objects.ts';
import { exemptionExpired } from './exemption-expired.ts';

const KEY = 'gke-ingress-guard.dev/ignore';

describeRule(exemptionExpired, {
  finds: {
    'an exemption past its last day': [
      [deployment({ annotations: { [KEY]: 'probe-not-adopted; reason=legacy health page; until=2026-01-31' } })],
      `metadata.annotations["${KEY}"]: its exemption from probe-not-adopted ended on 2026-01-31 ("legacy health page").`,
    ],
    'on a BackendConfig': [
      [backendConfig({ annotations: { [KEY]: 'backend-config-invalid; reason=old; until=2026-01-31' } })],
      `metadata.annotations["${KEY}"]: its exemption from backend-config-invalid ended on 2026-01-31 ("old").`,
    ],
  },
  passes: {
    'its last day is today or later': [
      deployment({ annotations: { [KEY]: 'probe-not-adopted; reason=legacy health page; until=2026-06-15' } }),
    ],
    'it has no end': [deployment({ annotations: { [KEY]: 'probe-not-adopted; reason=legacy health page' } })],
  },
});
