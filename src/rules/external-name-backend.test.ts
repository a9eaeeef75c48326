import { describeRule } from '../../test/support/describe-rule.ts';
import { ingress, type RawObject, service } from '../../test/support/objects.ts';
import { externalNameBackend } from './external-name-backend.ts';

const GCE = ingress({ class: 'gce' });
const external = (options: Parameters<typeof service>[0] = {}): RawObject =>
  service({
    type: 'ExternalName',
    ...options,
    spec: { externalName: 'legacy.example.com', selector: undefined, ...options.spec },
  });

const FAILS =
  'spec.type: it is of type ExternalName, which is no backend: the whole of Ingress "web" fails to translate.';

describeRule(externalNameBackend, {
  finds: {
    'an ExternalName Service behind an Ingress': [[external(), GCE], FAILS],
    'without ports, as they are usually written': [[external({ ports: [] }), GCE], FAILS],
    'an internal Ingress': [[external(), ingress({ class: 'gce-internal' })], FAILS],
    'with NEGs, which stay empty': [
      [external({ neg: '{"ingress": true}' }), GCE],
      '(possible) spec.type: it is of type ExternalName, so it has no endpoints: Ingress "web" answers 502 for it.',
    ],
  },
  passes: {
    'a Service with Pods': [service({ neg: '{"ingress": true}' }), GCE],
    'no Ingress uses it': [external()],
    'an Ingress of another controller uses it': [external(), ingress({ class: 'nginx' })],
    'an Ingress of another namespace names a Service of that name': [
      external(),
      ingress({ class: 'gce', namespace: 'other' }),
    ],
  },
});
