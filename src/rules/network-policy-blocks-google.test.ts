import { describeRule, type RuleCase } from '../../test/support/describe-rule.ts';
import { factsOf } from '../../test/support/facts.ts';
import {
  backendConfig,
  deployment,
  ingress,
  networkPolicy,
  type RawObject,
  service,
} from '../../test/support/objects.ts';
import { networkPolicyBlocksGoogle } from './network-policy-blocks-google.ts';

const NEG = '{"ingress": true}';
const CALICO = factsOf({ vpcNative: true, networkPolicy: true });
const GOOGLE = ['35.191.0.0/16', '130.211.0.0/22'];
const PROXIES = '10.129.0.0/23';
const AT = 'spec.template.metadata.labels';

const from = (...cidrs: readonly string[]): RawObject => ({ from: cidrs.map((cidr) => ({ ipBlock: { cidr } })) });
const policy = (ingressRules: readonly RawObject[], name = 'web', spec: RawObject = {}): RawObject =>
  networkPolicy({ name, spec: { ingress: ingressRules, ...spec } });
const DENY = networkPolicy({ name: 'default-deny', spec: { podSelector: {} } });

function behind(policies: readonly RawObject[], ingressClass = 'gce', facts = CALICO): RuleCase {
  return {
    objects: [deployment(), service({ neg: NEG }), ingress({ class: ingressClass }), ...policies],
    facts,
  };
}

const blocks = (names: string, ranges: readonly string[] = GOOGLE, port = 8080): string =>
  `${AT}: NetworkPolicy ${names} does not let Google (${ranges.join(', ')}) in on port ${port}: UNHEALTHY behind Ingress "web".`;
const SUBNET = 'Their requests come from the proxy-only subnet of the region, whose range the guard does not know.';
const noProxies = (ingressClass: string): string =>
  `(possible) ${AT}: NetworkPolicy "web" lets Google's health checks in on port 8080, but not the proxies of class "${ingressClass}". ${SUBNET}`;

describeRule(networkPolicyBlocksGoogle, {
  finds: {
    'a policy that denies everything': [behind([DENY]), blocks('"default-deny"')],
    'Dataplane V2 enforces policies too': [
      behind([DENY], 'gce', factsOf({ networkPolicy: false, dataplaneV2: true })),
      blocks('"default-deny"'),
    ],
    'a policy that admits Pods of the cluster only': [
      behind([policy([{ from: [{ podSelector: {} }, { namespaceSelector: {} }] }])]),
      blocks('"web"'),
    ],
    'one of the two ranges': [behind([policy([from('130.211.0.0/22')])]), blocks('"web"', ['35.191.0.0/16'])],
    'the ranges on another port': [
      behind([policy([{ ...from(...GOOGLE), ports: [{ port: 9090 }] }])]),
      blocks('"web"'),
    ],
    'the ranges on the port of the Service, and not that of the Pod': [
      behind([DENY, policy([{ ...from(...GOOGLE), ports: [{ port: 80 }] }])]),
      blocks('"default-deny", "web"'),
    ],
    'the port of the health check is not admitted': [
      {
        objects: [
          deployment({ container: { ports: [{ containerPort: 8080 }, { containerPort: 9000 }] } }),
          service({ neg: NEG, annotations: { 'cloud.google.com/backend-config': '{"default": "web"}' } }),
          ingress({ class: 'gce' }),
          backendConfig({ spec: { healthCheck: { port: 9000 } } }),
          policy([{ ...from(...GOOGLE), ports: [{ port: 8080 }] }]),
        ],
        facts: CALICO,
      },
      blocks('"web"', GOOGLE, 9000),
    ],
    'neither the port of the Pod nor that of the health check is admitted': [
      {
        objects: [
          deployment({ container: { ports: [{ containerPort: 8080 }, { containerPort: 9000 }] } }),
          service({ neg: NEG, annotations: { 'cloud.google.com/backend-config': '{"default": "web"}' } }),
          ingress({ class: 'gce' }),
          backendConfig({ spec: { healthCheck: { port: 9000 } } }),
          policy([from('10.0.0.0/8')]),
        ],
        facts: CALICO,
      },
      blocks('"web"'),
    ],
    'each workload behind the Service': [
      {
        objects: [
          deployment(),
          deployment({ name: 'canary' }),
          service({ neg: NEG }),
          ingress({ class: 'gce' }),
          policy([]),
        ],
        facts: CALICO,
      },
      blocks('"web"'),
      `Deployment/canary ${blocks('"web"')}`,
    ],
    'two Ingresses: the class that needs more is said too': [
      {
        objects: [
          deployment(),
          service({ neg: NEG }),
          ingress({ class: 'gce' }),
          ingress({ name: 'inside', class: 'gce-internal' }),
          policy([from(...GOOGLE)]),
        ],
        facts: CALICO,
      },
      noProxies('gce-internal'),
    ],
    'more policies than a sentence can name': [
      behind(['a', 'b', 'c', 'd', 'e'].map((name) => policy([], name))),
      blocks('"a", "b", "c" and 2 more'),
    ],
    'a policy that selects the Pods by an expression': [
      behind([policy([], 'web', { podSelector: { matchExpressions: [{ key: 'app', operator: 'Exists' }] } })]),
      blocks('"web"'),
    ],
    'class gce-internal without its health checks': [
      behind([policy([from(PROXIES)])], 'gce-internal'),
      blocks('"web"'),
    ],
    'class gce-internal without the proxy-only subnet': [
      behind([policy([from(...GOOGLE)])], 'gce-internal'),
      noProxies('gce-internal'),
    ],
    'class gce-regional-external without the proxy-only subnet': [
      behind(
        [policy([from(...GOOGLE)])],
        'gce-regional-external',
        factsOf({ networkPolicy: true, controller: { enableIngressRegionalExternal: true } }),
      ),
      noProxies('gce-regional-external'),
    ],
  },
  passes: {
    'a policy that admits both ranges on the port of the Pod': behind([
      DENY,
      policy([{ ...from(...GOOGLE), ports: [{ port: 8080 }] }]),
    ]),
    'everybody on that port': behind([DENY, policy([{ ports: [{ protocol: 'TCP', port: 8080 }] }])]),
    'every address outside the cluster': behind([
      policy([{ from: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] } }] }]),
    ]),
    'the port by its name': {
      objects: [
        deployment({ container: { ports: [{ name: 'http', containerPort: 8080 }] } }),
        service({ neg: NEG, ports: [{ port: 80, targetPort: 'http' }] }),
        ingress({ class: 'gce' }),
        policy([{ ...from(...GOOGLE), ports: [{ port: 'http' }] }]),
      ],
      facts: CALICO,
    },
    'class gce-internal with the proxy-only subnet too': behind([policy([from(...GOOGLE, PROXIES)])], 'gce-internal'),
    'a Service without a selector has no Pods of its own': {
      objects: [deployment(), service({ neg: NEG, spec: { selector: {} } }), ingress({ class: 'gce' }), DENY],
      facts: CALICO,
    },
    'a policy for what goes out': behind([policy([], 'web', { policyTypes: ['Egress'] })]),
    'a policy for other Pods': behind([policy([], 'web', { podSelector: { matchLabels: { app: 'db' } } })]),
    'no policy at all': behind([]),
    'policies are not enforced': behind([DENY], 'gce', factsOf({ networkPolicy: false, dataplaneV2: false })),
    'it is not known whether they are enforced': behind([DENY], 'gce', factsOf({ vpcNative: true })),
    'behind an instance group requests come from the nodes': {
      objects: [deployment(), service({ type: 'NodePort' }), ingress({ class: 'gce' }), DENY],
      facts: CALICO,
    },
    'no Ingress is in front': { objects: [deployment(), service({ neg: NEG }), DENY], facts: CALICO },
    'an Ingress of another controller is in front': behind([DENY], 'nginx'),
    'targetPort is a name that leads nowhere': {
      objects: [
        deployment(),
        service({ neg: NEG, ports: [{ port: 80, targetPort: 'nowhere' }] }),
        ingress({ class: 'gce' }),
        DENY,
      ],
      facts: CALICO,
    },
  },
});
