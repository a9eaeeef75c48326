import { expect, it } from 'vitest';
import { describeRule } from '../../test/support/describe-rule.ts';
import { ingress, ingressOf, type RawObject, service } from '../../test/support/objects.ts';
import { planOf } from '../../test/support/plan-of.ts';
import type { WordingContext } from '../judge/rule.ts';
import type { FaultOf } from '../plan/fault.ts';
import { appProtocolsPortUnknown } from './app-protocols-port-unknown.ts';

const KEY = 'cloud.google.com/app-protocols';
const OLD_KEY = 'service.alpha.kubernetes.io/app-protocols';
const HTTPS = { name: 'https', port: 443, targetPort: 8443 };
const GCE = ingress({ class: 'gce', port: { number: 443 } });

const speaking = (value: string, ports: readonly RawObject[] = [HTTPS], key = KEY): RawObject =>
  service({ type: 'NodePort', ports, annotations: { [key]: value } });
const found = (name: string, protocol = 'HTTPS', key = KEY): string =>
  `metadata.annotations["${key}"]: ${key} says ${protocol} for "${name}", which is no port name of the Service: Google speaks plain HTTP.`;

describeRule(appProtocolsPortUnknown, {
  finds: {
    'the number of the port in place of its name': [[speaking('{"443": "HTTPS"}'), GCE], found('443')],
    'the target port': [[speaking('{"8443": "HTTPS"}'), GCE], found('8443')],
    'a typo': [[speaking('{"htps": "HTTPS"}'), GCE], found('htps')],
    'another case, for names are compared exactly': [[speaking('{"HTTPS": "HTTPS"}'), GCE], found('HTTPS')],
    'the number of a port that has no name': [
      [speaking('{"443": "HTTP2"}', [{ port: 443 }]), GCE],
      found('443', 'HTTP2'),
    ],
    'the older key': [[speaking('{"443": "HTTPS"}', [HTTPS], OLD_KEY), GCE], found('443', 'HTTPS', OLD_KEY)],
    'two of them': [[speaking('{"443": "HTTPS", "grpc": "HTTP2"}'), GCE], found('443'), found('grpc', 'HTTP2')],
    'an entry besides the one that is used': [
      [speaking('{"https": "HTTPS", "admin": "HTTPS"}'), GCE],
      `(possible) ${found('admin')}`,
    ],
    'HTTP for a port that is not there, which would be HTTP anyway': [
      [speaking('{"https": "HTTPS", "http": "HTTP"}'), GCE],
      `(possible) (info) ${found('http', 'HTTP').replace('Google speaks plain HTTP', 'the entry does nothing')}`,
    ],
    'no Ingress is known to use the Service': [[speaking('{"443": "HTTPS"}')], `(possible) ${found('443')}`],
  },
  passes: {
    'the name of the port': [speaking('{"https": "HTTPS"}'), GCE],
    'one entry for each port, as Google documents it': [
      speaking('{"my-https-port":"HTTPS","my-http-port":"HTTP"}', [
        { name: 'my-https-port', port: 443, targetPort: 8443 },
        { name: 'my-http-port', port: 80, targetPort: 50001 },
      ]),
      GCE,
    ],
    'a port without name by the empty name': [speaking('{"": "HTTPS"}', [{ port: 443 }]), GCE],
    'an annotation that cannot be decoded, which is another finding': [speaking('{"443": "https"}'), GCE],
    'no annotation': [service({ type: 'NodePort', ports: [HTTPS] }), GCE],
  },
});

it('repeats the annotation in one fix, however many ports of the Service are named', () => {
  const ports = [443, 444, 445].map((port) => ({ name: `https-${port}`, port }));
  const paths = ports.map(({ port }) => ({
    path: `/${port}`,
    pathType: 'Prefix',
    backend: { service: { name: 'web', port: { number: port } } },
  }));
  const plan = planOf([speaking('{"443": "HTTPS", "444": "HTTPS"}', ports), ingressOf(paths)]);
  const faults = plan.faults.filter((fault): fault is FaultOf<'C44'> => fault.condition === 'C44');
  const wordings = faults.map((fault) => appProtocolsPortUnknown.words?.C44?.(fault, { plan } as WordingContext));
  expect(wordings).toHaveLength(6);
  expect(new Set(wordings.map((wording) => wording?.fix)).size).toBe(2);
});
