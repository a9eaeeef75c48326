import { describeRule } from '../../test/support/describe-rule.ts';
import { ADD_ON_OFF } from '../../test/support/facts.ts';
import { frontendConfig, ingress, type RawObject } from '../../test/support/objects.ts';
import { allowHttpUnparsable } from './allow-http-unparsable.ts';

const KEY = 'kubernetes.io/ingress.allow-http';

const allowing = (text: string, name = 'gce'): readonly [RawObject] => [
  ingress({ class: name, annotations: { [KEY]: text }, tls: [{ secretName: 'shop-tls' }] }),
];
const unparsable = (text: string, mark = ''): string =>
  `${mark}metadata.annotations["${KEY}"]: ${KEY} is "${text}", which is no boolean, so it counts as true: HTTP stays on. ` +
  'It may be one of 1, t, T, TRUE, true, True, 0, f, F, FALSE, false, False.';

describeRule(allowHttpUnparsable, {
  finds: {
    'the word no': [allowing('no'), unparsable('no')],
    'the word off': [allowing('off'), unparsable('off')],
    'letters of mixed case': [allowing('fAlSe'), unparsable('fAlSe')],
    'a space before it': [allowing(' false'), unparsable(' false')],
    nothing: [allowing(''), unparsable('')],
    'what cannot be parsed, but means what happens anyway': [allowing('yes'), unparsable('yes', '(info) ')],
    'true with a space behind it': [allowing('true '), unparsable('true ', '(info) ')],
    'no certificate, so that HTTP has to stay on': [
      [ingress({ class: 'gce', annotations: { [KEY]: 'no' } })],
      unparsable('no'),
    ],
    'a managed certificate, which counts only once it is issued': [
      [ingress({ class: 'gce', annotations: { [KEY]: 'no', 'networking.gke.io/managed-certificates': 'shop' } })],
      unparsable('no'),
    ],
    'a redirect to HTTPS, which needs HTTP': [
      [
        ingress({
          class: 'gce',
          annotations: { [KEY]: 'no', 'networking.gke.io/v1beta1.FrontendConfig': 'shop' },
          tls: [{ secretName: 'shop-tls' }],
        }),
        frontendConfig({ name: 'shop', spec: { redirectToHttps: { enabled: true } } }),
      ],
      unparsable('no'),
    ],
    'the add-on is off, and will be turned on': [
      { objects: allowing('no'), facts: ADD_ON_OFF },
      unparsable('no', '(possible) '),
    ],
  },
  passes: {
    'the word false': allowing('false'),
    'the word true': allowing('true'),
    'any other way in which Go writes a boolean': allowing('F'),
    'a digit': allowing('0'),
    'no annotation': [ingress({ class: 'gce' })],
    "another controller's class": allowing('no', 'nginx'),
    'class gce-multi-cluster': allowing('no', 'gce-multi-cluster'),
  },
});
