import { describeRule } from '../../test/support/describe-rule.ts';
import { deployment, ingress, type RawObject, service } from '../../test/support/objects.ts';
import { negRolloutUnprotected } from './neg-rollout-unprotected.ts';

const NEG = '{"ingress": true}';
const INGRESS = ingress({ class: 'gce' });
const CONTAINER = 'spec.template.spec.containers[0]';
const UNLESS = '(Unless the app goes on serving for a while after SIGTERM.)';
const stops = (container = CONTAINER, name = 'web'): string =>
  `(possible) ${container}: without lifecycle.preStop "${name}" may stop while Ingress "web" still sends it requests: 502 at each rollout. ${UNLESS}`;
const cut = (sleepSec: number, graceSec: number): string =>
  `(possible) ${CONTAINER}.lifecycle.preStop: preStop sleeps ${sleepSec} s, and the Pod is killed ${graceSec} s after its end began: requests that are under way are cut.`;

function ending(preStop: RawObject | undefined, graceSec?: number): RawObject {
  const lifecycle = preStop === undefined ? {} : { lifecycle: { preStop } };
  const grace = graceSec === undefined ? {} : { terminationGracePeriodSeconds: graceSec };
  const container = { name: 'web', image: 'web', ports: [{ containerPort: 8080 }], ...lifecycle };
  return deployment({
    spec: { template: { metadata: { labels: { app: 'web' } }, spec: { ...grace, containers: [container] } } },
  });
}

const exec = (...command: readonly string[]): RawObject => ({ exec: { command } });

describeRule(negRolloutUnprotected, {
  finds: {
    'no preStop hook': [[ending(undefined), service({ neg: NEG }), INGRESS], stops()],
    'the hook is that of a sidecar': [
      [
        deployment({
          containers: [
            { name: 'proxy', lifecycle: { preStop: { sleep: { seconds: 10 } } } },
            { name: 'app', ports: [{ containerPort: 8080 }] },
          ],
        }),
        service({ neg: NEG }),
        INGRESS,
      ],
      stops('spec.template.spec.containers[1]', 'app'),
    ],
    'a hook that sleeps as long as the Pod has': [
      [ending({ sleep: { seconds: 30 } }), service({ neg: NEG }), INGRESS],
      cut(30, 30),
    ],
    'a shell that sleeps longer than the Pod has': [
      [ending(exec('/bin/sh', '-c', 'sleep 60'), 45), service({ neg: NEG }), INGRESS],
      cut(60, 45),
    ],
    'sleep without a shell': [[ending(exec('/bin/sleep', '90')), service({ neg: NEG }), INGRESS], cut(90, 30)],
    'no preStop hook, and no time for one': [[ending(undefined, 10), service({ neg: NEG }), INGRESS], stops()],
    'a shell that sleeps, after other commands': [
      [ending(exec('sh', '-c', 'touch /tmp/x; sleep 40s; nginx -s quit')), service({ neg: NEG }), INGRESS],
      cut(40, 30),
    ],
    'each workload behind the Service': [
      [
        ending(undefined),
        { ...ending(undefined), metadata: { name: 'canary', namespace: 'shop' } },
        service({ neg: NEG }),
        INGRESS,
      ],
      stops(),
      `(possible) Deployment/canary ${stops().replace('(possible) ', '')}`,
    ],
  },
  passes: {
    'a hook that sleeps, and time enough after it': [
      ending({ sleep: { seconds: 20 } }, 60),
      service({ neg: NEG }),
      INGRESS,
    ],
    'a shell that sleeps for less than the Pod has': [
      ending(exec('sh', '-c', 'sleep 15 && nginx -s quit')),
      service({ neg: NEG }),
      INGRESS,
    ],
    'a hook that does something else': [ending(exec('nginx', '-s', 'quit')), service({ neg: NEG }), INGRESS],
    'a hook over HTTP': [ending({ httpGet: { path: '/drain', port: 8080 } }), service({ neg: NEG }), INGRESS],
    'a minute to end connections, as in the sample of Google': [ending(undefined, 60), service({ neg: NEG }), INGRESS],
    'an instance group: nodes go on forwarding': [ending(undefined), service({ type: 'NodePort' }), INGRESS],
    'a bare Pod is never rolled out': [
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'web', namespace: 'shop', labels: { app: 'web' } },
        spec: { containers: [{ name: 'web', ports: [{ containerPort: 8080 }] }] },
      },
      service({ neg: NEG }),
      INGRESS,
    ],
    'a sleep that no integer says': [ending(exec('sleep', '99999999999')), service({ neg: NEG }), INGRESS],
    minutes: [ending(exec('sleep', '2m')), service({ neg: NEG }), INGRESS],
    'an internal Ingress whose NEG is never made, which is another finding': [
      ending(undefined),
      service({ type: 'NodePort' }),
      ingress({ class: 'gce-internal' }),
    ],
    'no Ingress is in front': [ending(undefined), service({ neg: NEG })],
    'an Ingress of another controller is in front': [
      ending(undefined),
      service({ neg: NEG }),
      ingress({ class: 'nginx' }),
    ],
  },
});
