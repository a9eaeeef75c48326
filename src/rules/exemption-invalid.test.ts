import { describeRule } from '../../test/support/describe-rule.ts';
import {
  backendConfig,
  deployment,
  frontendConfig,
  ingress,
  managedCertificate,
  service,
} from '../../test/support/objects.ts';
import { exemptionInvalid } from './exemption-invalid.ts';

const KEY = 'gke-ingress-guard.dev/ignore';
const at = `metadata.annotations["${KEY}"]: it exempts from nothing:`;

describeRule(exemptionInvalid, {
  finds: {
    'an exemption without a reason': [
      [deployment({ annotations: { [KEY]: 'probe-not-adopted; until=2027-01-31' } })],
      `${at} it gives no reason.`,
    ],
    'a rule that there is not': [
      [service({ annotations: { [KEY]: 'cluster-ip-witout-neg; reason=legacy' } })],
      `${at} there is no rule "cluster-ip-witout-neg"; did you mean "cluster-ip-without-neg"?`,
    ],
    'a day that there is not': [
      [ingress({ class: 'gce', annotations: { [KEY]: 'ingress-class-missing; reason=legacy; until=2027-02-30' } })],
      `${at} until is "2027-02-30", which is not a date like 2027-01-31.`,
    ],
    'on each kind that is judged': [
      [
        backendConfig({ annotations: { [KEY]: 'backend-config-invalid' } }),
        frontendConfig({ annotations: { [KEY]: 'redirect-unsupported' } }),
        managedCertificate({ annotations: { [KEY]: 'managed-certificate-problem' } }),
      ],
      `${at} it gives no reason.`,
      `FrontendConfig/web ${at} it gives no reason.`,
      `ManagedCertificate/web ${at} it gives no reason.`,
    ],
  },
  passes: {
    'a rule, a reason and a last day': [
      deployment({ annotations: { [KEY]: 'probe-not-adopted; reason=legacy health page; until=2027-01-31' } }),
    ],
    'an Ingress of another controller': [ingress({ class: 'nginx', annotations: { [KEY]: 'probe-missing' } })],
    'no exemption': [deployment()],
    'one that has expired, which is told by another rule': [
      deployment({ annotations: { [KEY]: 'probe-not-adopted; reason=legacy; until=2020-01-31' } }),
    ],
  },
});
