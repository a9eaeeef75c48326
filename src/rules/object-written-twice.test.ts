import { describeRule } from '../../test/support/describe-rule.ts';
import { ingress, service } from '../../test/support/objects.ts';
import { objectWrittenTwice } from './object-written-twice.ts';

describeRule(objectWrittenTwice, {
  finds: {
    'a key twice': [
      {
        objects: [ingress({ class: 'gce' })],
        text: { duplicateKeys: [{ path: ['metadata', 'annotations', 'kubernetes.io/ingress.class'], line: 9 }] },
      },
      'metadata.annotations["kubernetes.io/ingress.class"]: metadata.annotations["kubernetes.io/ingress.class"] is written twice, and the last one, of line 9, counts: the first is lost.',
    ],
    'the object twice': [
      { objects: [service()], text: { again: 'web.yaml:30' } },
      ': the same Service follows in web.yaml:30, and the last one counts: this one is lost.',
    ],
  },
  passes: {
    'each once': [service()],
    'an Ingress of another controller': {
      objects: [ingress({ class: 'nginx' })],
      text: { again: 'web.yaml:30' },
    },
  },
});
