import { describeRule } from '../../test/support/describe-rule.ts';
import { factsOf } from '../../test/support/facts.ts';
import { ingress, type RawObject, service } from '../../test/support/objects.ts';
import { trafficScalingInvalid } from './traffic-scaling-invalid.ts';

const GCE = ingress({ class: 'gce' });
const facts = factsOf({ controller: { enableTrafficScaling: true } });
const RATE = 'networking.gke.io/max-rate-per-endpoint';
const SCALER = 'networking.gke.io/capacity-scaler';
const FAILS = 'the whole of Ingress "web" fails';
const MAY_FAIL = 'an Ingress that uses the Service fails';

const scaled = (annotations: Readonly<Record<string, string>>): RawObject => service({ type: 'NodePort', annotations });
const found = (key: string, value: string, legal: string, fate = FAILS): string =>
  `metadata.annotations["${key}"]: ${key} is '${value}', and must be ${legal}, so ${fate}.`;
const negScaled = (annotations: Readonly<Record<string, string>>): RawObject =>
  service({ neg: '{"ingress": true}', annotations });
const noNumber = (key: string, value: string): string =>
  `metadata.annotations["${key}"]: ${key} is '${value}', which passes for a number and cannot be sent to Google: every sync of the Ingress fails.`;
const SHARE = 'a number from 0 to 1';
const ANY = 'a number of at least 0';

describeRule(trafficScalingInvalid, {
  finds: {
    'a capacity in per cent': [{ objects: [scaled({ [SCALER]: '50' }), GCE], facts }, found(SCALER, '50', SHARE)],
    'a capacity with its unit': [{ objects: [scaled({ [SCALER]: '50%' }), GCE], facts }, found(SCALER, '50%', SHARE)],
    'a negative capacity': [{ objects: [scaled({ [SCALER]: '-0.1' }), GCE], facts }, found(SCALER, '-0.1', SHARE)],
    'a negative rate': [{ objects: [scaled({ [RATE]: '-1' }), GCE], facts }, found(RATE, '-1', ANY)],
    'a rate that is no number': [{ objects: [scaled({ [RATE]: 'ten' }), GCE], facts }, found(RATE, 'ten', ANY)],
    'an empty rate': [{ objects: [scaled({ [RATE]: '' }), GCE], facts }, found(RATE, '', ANY)],
    'both, of which the controller tells the first': [
      { objects: [scaled({ [SCALER]: '2', [RATE]: '-1' }), GCE], facts },
      found(RATE, '-1', ANY),
    ],
    'no Ingress is known to use the Service': [
      { objects: [scaled({ [SCALER]: '2' })], facts },
      `(possible) ${found(SCALER, '2', SHARE, MAY_FAIL)}`,
    ],
    'a capacity that passes for a number, behind a NEG': [
      { objects: [negScaled({ [SCALER]: 'NaN' }), GCE], facts },
      noNumber(SCALER, 'NaN'),
    ],
    'a rate without end, behind a NEG': [
      { objects: [negScaled({ [RATE]: 'inf' }), GCE], facts },
      noNumber(RATE, 'inf'),
    ],
  },
  passes: {
    'what passes for a number, behind an instance group, which is not scaled': {
      objects: [scaled({ [SCALER]: 'NaN' }), GCE],
      facts,
    },
    'a rate and a capacity within their ranges': {
      objects: [scaled({ [RATE]: '10.5', [SCALER]: '0.5' }), GCE],
      facts,
    },
    'the bounds themselves': { objects: [scaled({ [RATE]: '0', [SCALER]: '1' }), GCE], facts },
    'a controller that does not read them, as by default': [scaled({ [SCALER]: '50' }), GCE],
    'a controller of which it is known that it does not read them': {
      objects: [scaled({ [SCALER]: '50' }), GCE],
      facts: factsOf({ controller: { enableTrafficScaling: false } }),
    },
    'neither annotation': { objects: [scaled({}), GCE], facts },
  },
});
