import { describeRule } from '../../test/support/describe-rule.ts';
import { ingress, ingressOf, pathTo, type RawObject, service } from '../../test/support/objects.ts';
import { servicePortNotTcp } from './service-port-not-tcp.ts';

const GCE = ingress({ class: 'gce' });
const NEG = '{"ingress": true}';
const udp = { name: 'quic', port: 80, targetPort: 8080, protocol: 'UDP' };
const tcp = { name: 'http', port: 80, targetPort: 8080, protocol: 'TCP' };
const of = (...ports: readonly RawObject[]): RawObject => service({ neg: NEG, ports });
const found = (protocol: string): string =>
  `spec.ports[0].protocol: port 80 of the Service is ${protocol}, and an HTTP load balancer speaks TCP to it.`;

describeRule(servicePortNotTcp, {
  finds: {
    'a UDP port': [[of(udp), GCE], found('UDP')],
    'an SCTP port': [[of({ ...tcp, protocol: 'SCTP' }), GCE], found('SCTP')],
    'a number that a UDP port and a TCP port of another target have: the first is taken': [
      [of(udp, { ...tcp, targetPort: 9090 }), GCE],
      found('UDP'),
    ],
    'the same with instance groups, where each has a node port of its own': [
      [service({ type: 'NodePort', ports: [udp, tcp] }), GCE],
      found('UDP'),
    ],
    'the same with NEGs and one target, which works by chance': [
      [of(udp, tcp), GCE],
      `(possible) (info) ${found('UDP')} Behind NEGs it works as long as the TCP port of that number has the same targetPort.`,
    ],
    'two paths to it': [
      [of(udp, { ...tcp, targetPort: 9090 }), ingressOf([pathTo('/', 'Prefix'), pathTo('/api', 'Prefix')])],
      found('UDP'),
    ],
    'behind two Ingresses, of which the edits of one alone would not end it': [
      [of(udp, { ...tcp, targetPort: 9090 }), GCE, ingress({ class: 'gce', name: 'shop' })],
      found('UDP'),
    ],
    'behind two Ingresses, of which one is of another controller': [
      [of(udp, { ...tcp, targetPort: 9090 }), GCE, ingress({ class: 'nginx', name: 'shop' })],
      found('UDP'),
    ],
    'the port by its name': [
      [of({ ...udp, port: 443 }, tcp), ingress({ class: 'gce', port: { name: 'quic' } })],
      found('UDP').replace('port 80', 'port 443'),
    ],
  },
  passes: {
    'a TCP port': [of(tcp), GCE],
    'a port without protocol, which is TCP': [service({ neg: NEG }), GCE],
    'the TCP port comes first': [of(tcp, udp), GCE],
    'the TCP port by its name': [of(udp, tcp), ingress({ class: 'gce', port: { name: 'http' } })],
    'a UDP port that no Ingress names': [of({ ...udp, port: 53 }, tcp), GCE],
    'no Ingress uses it': [of(udp)],
    'an Ingress of another controller uses it': [of(udp), ingress({ class: 'nginx' })],
  },
});
