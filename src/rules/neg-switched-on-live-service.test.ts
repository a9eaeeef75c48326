import { describeRule } from '../../test/support/describe-rule.ts';
import { factsOf } from '../../test/support/facts.ts';
import { ingress, type RawObject, service } from '../../test/support/objects.ts';
import { negSwitchedOnLiveService } from './neg-switched-on-live-service.ts';

const SERVING: RawObject = {
  ...ingress({ class: 'gce' }),
  status: { loadBalancer: { ingress: [{ ip: '203.0.113.7' }] } },
};
const NEG = '{"ingress": true}';

function withFinalizer(finalizer: string): RawObject {
  const object = ingress({ class: 'gce' });
  return { ...object, metadata: { name: 'web', namespace: 'shop', finalizers: [finalizer] } };
}

const nodePort = (neg?: string): RawObject => service({ type: 'NodePort', ...(neg === undefined ? {} : { neg }) });
const found = (path: string, from: string, to: string): string =>
  `${path}: its backend in Ingress "web", which is serving, moves from ${from} to ${to}: expect errors until it is healthy. Its health check is made anew, from the probe and the BackendConfig as they are now.`;
const TO_NEG = found('metadata.annotations["cloud.google.com/neg"]', 'instance groups', 'NEGs');

describeRule(negSwitchedOnLiveService, {
  finds: {
    'the annotation is added to a NodePort Service that is serving': [
      { objects: [nodePort(NEG), SERVING], old: nodePort() },
      TO_NEG,
    ],
    'NEGs that were turned off are turned on': [
      { objects: [nodePort(NEG), SERVING], old: nodePort('{"ingress": false}') },
      TO_NEG,
    ],
    'it becomes ClusterIP with NEGs in one step': [
      { objects: [service({ neg: NEG }), SERVING], old: nodePort() },
      TO_NEG,
    ],
    'the annotation is removed': [
      { objects: [nodePort(), SERVING], old: nodePort(NEG) },
      found('metadata.annotations', 'NEGs', 'instance groups'),
    ],
    'NEGs are turned off': [
      { objects: [nodePort('{"ingress": false}'), SERVING], old: nodePort(NEG) },
      found('metadata.annotations["cloud.google.com/neg"]', 'NEGs', 'instance groups'),
    ],
    'once the add-on is on': [
      { objects: [nodePort(NEG), SERVING], old: nodePort(), facts: factsOf({ httpLoadBalancing: 'disabled' }) },
      `(possible) ${TO_NEG}`,
    ],
    'two Ingresses, of which one is not served yet': [
      { objects: [nodePort(NEG), ingress({ name: 'api', class: 'gce' }), SERVING], old: nodePort() },
      TO_NEG,
    ],
    'two Ingresses that are serving: one finding': [
      {
        objects: [nodePort(NEG), SERVING, ingress({ name: 'zoo', class: 'gce', address: '203.0.113.8' })],
        old: nodePort(),
      },
      TO_NEG,
    ],
    'an Ingress with the finalizer of the controller, and no address yet': [
      { objects: [nodePort(NEG), withFinalizer('networking.gke.io/ingress-finalizer-V2')], old: nodePort() },
      TO_NEG,
    ],
  },
  passes: {
    'nothing changes': { objects: [nodePort(NEG), SERVING], old: nodePort(NEG) },
    'the Service is new': [nodePort(NEG), SERVING],
    'the Ingress has not been served yet': { objects: [nodePort(NEG), ingress({ class: 'gce' })], old: nodePort() },
    'no Ingress is known to use the Service': { objects: [nodePort(NEG)], old: nodePort() },
    'an Ingress of another controller uses it': {
      objects: [nodePort(NEG), { ...SERVING, ...ingress({ class: 'nginx' }) }],
      old: nodePort(),
    },
    'it was no backend before': { objects: [service({ neg: NEG }), SERVING], old: service() },
    'the port is new': {
      objects: [nodePort(NEG), SERVING],
      old: service({ type: 'NodePort', ports: [{ name: 'admin', port: 81 }] }),
    },
    'it is no backend any more, which is another finding': { objects: [service(), SERVING], old: nodePort() },
    'an internal Ingress, which never takes instance groups': {
      objects: [
        nodePort(NEG),
        { ...ingress({ class: 'gce-internal' }), status: { loadBalancer: { ingress: [{ ip: '10.0.0.7' }] } } },
      ],
      old: nodePort(),
    },
    'only ports are exposed besides': {
      objects: [nodePort('{"ingress": true, "exposed_ports": {"80": {}}}'), SERVING],
      old: nodePort(NEG),
    },
  },
});
