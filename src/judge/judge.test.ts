import { describe, expect, it } from 'vitest';
import { corridorOf, parsed } from '../../test/support/corridor.ts';
import { ADD_ON_OFF, ADD_ON_ON, factsOf } from '../../test/support/facts.ts';
import {
  argocdServer,
  configMap,
  deployment,
  ingress,
  ingressOf,
  pathTo,
  type RawObject,
  service,
} from '../../test/support/objects.ts';
import type { Facts } from '../facts/facts.ts';
import { formatPath } from '../kubernetes/field-path.ts';
import { RULES } from '../rules/index.ts';
import { judgeSettings } from '../verdict/corridor.ts';
import { type RuleFinding, SEVERITIES } from './finding.ts';
import { createJudge, type Judgement } from './judge.ts';
import { defineRule, type Rule } from './rule.ts';

interface Options {
  readonly facts?: Facts;
  readonly rules?: readonly Rule[];
  readonly neighbours?: readonly RawObject[];
  readonly old?: RawObject;
  readonly leavesOutLate?: boolean;
}

/** Rules that the policy does not know count as those that warn. */
function judged(
  raw: RawObject,
  { facts, rules, neighbours = [], old, leavesOutLate = false }: Options = {},
): Judgement {
  const corridor = corridorOf(neighbours, {
    ...(facts === undefined ? {} : { facts }),
    ...(rules === undefined ? {} : { rules }),
  });
  const policy = { ...corridor.policy, modes: new Map(corridor.rules.map(({ id }) => [id, 'warn' as const])) };
  const object = parsed(raw);
  const snapshot = corridor.snapshot.overlay(object);
  const settings = judgeSettings({ ...corridor, policy }, snapshot, object.metadata.namespace);
  return createJudge({ ...settings, leavesOutLate }, snapshot).judge(
    object,
    old === undefined ? undefined : parsed(old),
  );
}

const idsOf = ({ findings }: Judgement): readonly string[] => findings.map(({ rule }) => rule);

function failing(changes: Partial<Rule> = {}): Rule {
  return {
    ...defineRule({
      id: 'always-throws',
      judges: ['Ingress'],
      severity: 'error',
      summary: 'It throws.',
      why: 'It is broken.',
      fix: 'Repair it.',
      covers: [],
      references: [],
      check: {
        Ingress: () => {
          throw new RangeError('out of cheese');
        },
      },
    }),
    ...changes,
  };
}

const NGINX = ingress({ annotations: { 'nginx.ingress.kubernetes.io/rewrite-target': '/' } });

describe('judge', () => {
  it('tells the add-on that is off in place of the other findings about the class', () => {
    expect(idsOf(judged(NGINX, { facts: ADD_ON_OFF }))).toEqual(['http-load-balancing-disabled']);
    expect(idsOf(judged(NGINX))).toEqual(['ingress-class-missing']);
  });

  it('lets every other rule answer where one throws, and says so without refusing', () => {
    const object = ingress({ ingressClassName: 'gce' });
    const { findings, failures } = judged(object, { rules: [failing({ isAboutClass: true }), ...RULES] });
    expect(findings.map(({ rule, severity, isCertain }) => ({ rule, severity, isCertain }))).toEqual([
      { rule: 'ingress-class-name-ignored', severity: 'error', isCertain: true },
      { rule: 'always-throws', severity: 'info', isCertain: false },
    ]);
    expect(failures).toEqual([{ rule: 'always-throws', error: new RangeError('out of cheese') }]);
  });

  it('leaves out what may come a second later where that is wanted, and lets it silence others all the same', () => {
    const about = (id: string, changes: Partial<Rule>, isLate: boolean): Rule => ({
      ...failing({ id, isAboutClass: true, ...changes }),
      check: { Ingress: () => [{ path: [], message: `${id}.`, isLate }] },
    });
    const rules = [
      about('late', { supersedes: ['silenced'] }, true),
      about('silenced', {}, false),
      about('other', {}, false),
    ];
    const all = judged(ingress(), { rules });
    expect([idsOf(all), all.superseded.map(({ rule }) => rule)]).toEqual([['late', 'other'], ['silenced']]);
    expect(idsOf(judged(ingress(), { rules, leavesOutLate: true }))).toEqual(['other']);
  });

  it('lets a rule that throws silence nothing', () => {
    const rule = failing({ supersedes: ['ingress-class-missing'] });
    expect(idsOf(judged(NGINX, { rules: [rule, ...RULES] }))).toContain('ingress-class-missing');
  });

  it('takes a finding for less than its rule where it says so, and never for more', () => {
    const severities = SEVERITIES.map((severity) => {
      const found: readonly RuleFinding[] = [{ path: [], message: 'it is so.', severity }];
      const rules = [failing({ severity: 'warning', isAboutClass: true, check: { Ingress: () => found } })];
      return judged(ingress(), { rules }).findings.map((finding) => finding.severity);
    });
    expect(severities).toEqual([['warning'], ['warning'], ['info']]);
  });

  it('judges the object as it comes in, not as it is stored', () => {
    const stored = service({ neg: '{"ingress": true}' });
    const { findings } = judged(service(), {
      facts: factsOf({ vpcNative: true }),
      neighbours: [stored, ingress({ class: 'gce' })],
      old: stored,
    });
    expect(findings.map(({ rule }) => rule)).toEqual(['cluster-ip-without-neg']);
  });

  it('lets a finding be less severe than its rule, as where an assumed controller flag decides', () => {
    const ipv6 = service({ neg: '{"ingress": true}', spec: { ipFamilies: ['IPv6'] } });
    const severitiesOf = (facts?: Facts): readonly string[] =>
      judged(ipv6, { neighbours: [ingress({ class: 'gce' })], ...(facts === undefined ? {} : { facts }) }).findings.map(
        ({ rule, severity }) => `${rule}: ${severity}`,
      );
    expect(severitiesOf()).toEqual(['neg-ipv6-only: warning']);
    expect(severitiesOf(factsOf({ controller: { enableIpv6OnlyNeg: false } }))).toEqual(['neg-ipv6-only: error']);
  });

  it('shows every kind to a rule about objects, with the stored object', () => {
    const rule: Rule = {
      ...failing(),
      isAboutClass: true,
      check: { Object: ({ object, old }) => [{ path: [], message: `${object.kind} after ${old?.kind}.` }] },
    };
    const messagesOf = (object: RawObject, old?: RawObject): readonly string[] =>
      judged(object, { rules: [rule], ...(old === undefined ? {} : { old }) }).findings.map(({ message }) => message);
    expect(messagesOf(ingress(), ingress())).toEqual(['Ingress after Ingress.']);
    expect(messagesOf(service())).toEqual(['Service after undefined.']);
    expect(messagesOf(argocdServer())).toEqual(['Deployment after undefined.']);
    expect(messagesOf(configMap())).toEqual([]);
  });

  it('takes the severity of a finding where it has its own', () => {
    const lowered = (severity: 'info' | undefined): Rule => ({
      ...failing(),
      isAboutClass: true,
      check: { Ingress: () => [{ path: [], message: 'm', ...(severity === undefined ? {} : { severity }) }] },
    });
    const severities = (rule: Rule): unknown => judged(ingress(), { rules: [rule] }).findings.map((f) => f.severity);
    expect(severities(lowered('info'))).toEqual(['info']);
    expect(severities(lowered(undefined))).toEqual(['error']);
  });

  it('knows a path again when another is added before it, so that an UPDATE is not refused for what was there', () => {
    const resource = { path: '/icons', pathType: 'Prefix', backend: { resource: { kind: 'Bucket', name: 'icons' } } };
    const subjects = (paths: readonly RawObject[]): unknown =>
      judged(ingressOf(paths), { facts: ADD_ON_ON }).findings.map(({ rule, identity }) => [rule, identity]);
    const found = [
      ['backend-not-a-service', 'shop.example.com Prefix /icons'],
      ['path-invalid', 'shop.example.com Prefix /*'],
    ];
    expect(subjects([resource, pathTo('/*', 'Prefix')])).toEqual(found);
    expect(subjects([pathTo('/new', 'Prefix'), pathTo('/*', 'Prefix'), resource])).toEqual(found);
  });

  it('tells a probe of the other protocol once, with what to do about it', () => {
    const probe = { httpGet: { path: '/', port: 8080, scheme: 'HTTPS' } };
    const neighbours = [service({ neg: '{"ingress": true}' }), ingress({ class: 'gce' })];
    const ids = idsOf(judged(deployment({ container: { readinessProbe: probe } }), { neighbours }));
    expect(ids).toEqual(['probe-protocol-mismatch', 'neg-rollout-unprotected']);
  });

  it('has nothing to say of objects that are only neighbours', () => {
    expect(judged(configMap())).toEqual({ findings: [], superseded: [], failures: [] });
  });

  it('completes a finding with what the rule says once', () => {
    const object = ingress({ ingressClassName: 'gce' });
    const named = { kind: 'Ingress', namespace: 'shop', name: 'web' };
    const annotation = ['metadata', 'annotations', 'kubernetes.io/ingress.class'];
    const parsedObject = parsed(object);
    expect(judged(object).findings).toEqual([
      {
        rule: 'ingress-class-name-ignored',
        severity: 'error',
        isCertain: true,
        isLate: false,
        condition: 'C2',
        object: parsedObject,
        owner: named,
        path: ['spec', 'ingressClassName'],
        message:
          'spec.ingressClassName is "gce", but GKE reads nothing but the deprecated annotation: nothing would serve this Ingress or say why.',
        note: '',
        elsewhere: '',
        fix: {
          text: 'Replace the field with the annotation kubernetes.io/ingress.class: gce',
          edits: [
            { operation: 'set', object: named, path: annotation, value: 'gce' },
            { operation: 'remove', object: named, path: ['spec', 'ingressClassName'] },
          ],
          commands: [],
          alternatives: [],
        },
        identity: 'class',
        places: [{ ingress: parsedObject, place: { at: 'ingress' } }],
      },
    ]);
  });
});

describe('what a finding tells its reader to do', () => {
  const fixesOf = (object: RawObject, options: Options): readonly string[] =>
    judged(object, options).findings.map(({ fix }) => fix.text);
  const routesBased = factsOf({ vpcNative: false });
  const neg = '{"ingress": true}';
  const behind = [ingress({ class: 'gce' })];

  it('is the exact command that turns the add-on on', () => {
    expect(fixesOf(ingress({ class: 'gce' }), { facts: ADD_ON_OFF })).toEqual([
      'Run gcloud container clusters update prod --location=asia-northeast1 --project=my-project --update-addons=HttpLoadBalancing=ENABLED',
    ]);
  });

  it('has placeholders in capitals in the command where names are not known', () => {
    expect(fixesOf(ingress(), { facts: factsOf({ httpLoadBalancing: 'disabled' }) })).toEqual([
      'Run gcloud container clusters update NAME --location=LOCATION --update-addons=HttpLoadBalancing=ENABLED, or name the class of another controller in spec.ingressClassName',
    ]);
  });

  it('is the annotation for a ClusterIP Service, but the type on a routes-based cluster', () => {
    expect(fixesOf(service(), { facts: factsOf({ vpcNative: true }), neighbours: behind })).toEqual([
      `Set cloud.google.com/neg: '{"ingress": true}', or set spec.type: NodePort`,
    ]);
    expect(fixesOf(service(), { facts: routesBased, neighbours: behind })).toEqual([
      'Set spec.type: NodePort (NEGs do not work on this routes-based cluster)',
    ]);
  });

  it('is to remove the annotation on a routes-based cluster, and to change the type only where it must', () => {
    expect(fixesOf(service({ neg }), { facts: routesBased, neighbours: behind })).toEqual([
      'Remove cloud.google.com/neg and set spec.type: NodePort',
    ]);
    expect(fixesOf(service({ neg, type: 'NodePort' }), { facts: routesBased, neighbours: behind })).toEqual([
      'Remove cloud.google.com/neg',
    ]);
  });

  it('is the class to write', () => {
    expect(fixesOf(ingress({ class: 'GCE' }), {})).toEqual(['Set kubernetes.io/ingress.class: gce']);
    expect(fixesOf(NGINX, { facts: factsOf({ httpLoadBalancing: 'enabled' }) })).toEqual([
      'Set spec.ingressClassName: nginx, or set kubernetes.io/ingress.class: gce (for GKE)',
    ]);
  });

  it.each([
    [
      'the port of the Service for its targetPort',
      { neg: '{"exposed_ports": {"8080": {}}}' },
      `Write "80" for "8080" (exposed_ports takes the port of the Service, not its targetPort), or where the Gateway controller wrote it: run kubectl annotate service web -n shop --overwrite cloud.google.com/neg='{"exposed_ports": {"80": {}}}'`,
    ],
    [
      'to remove what exposes a port that is not there',
      { neg: '{"exposed_ports": {"81": {}}}' },
      'Remove cloud.google.com/neg, or where the Gateway controller wrote it: run kubectl annotate service web -n shop --overwrite cloud.google.com/neg-',
    ],
    [
      'what turns NEGs on, or off',
      { neg: '{"enabled": true}' },
      `Write '{"ingress": true}', or '{"ingress": false}' for instance groups`,
    ],
    [
      'the name of the port for its number',
      { annotations: { 'cloud.google.com/app-protocols': '{"80": "HTTPS"}' } },
      'Write "http" for "80"',
    ],
    [
      'a name for a port that has none',
      { ports: [{ port: 80 }], annotations: { 'cloud.google.com/app-protocols': '{"80": "HTTPS"}' } },
      `Set spec.ports[0].name: https and set cloud.google.com/app-protocols: '{"https": "HTTPS"}'`,
    ],
    [
      'the protocol in capitals',
      { annotations: { 'cloud.google.com/app-protocols': '{"http": "https"}' } },
      `Set cloud.google.com/app-protocols: '{"http": "HTTPS"}'`,
    ],
    [
      'the name of the port for its target',
      { annotations: { 'cloud.google.com/backend-config': '{"ports": {"8080": "web"}}' } },
      'Write "http" for "8080", or remove the entry',
    ],
    [
      'the name as a default',
      { annotations: { 'cloud.google.com/backend-config': 'web' } },
      `Write '{"default": "web"}'`,
    ],
    [
      'the exact key',
      { annotations: { 'networking.gke.io/neg': '{"ingress": true}' } },
      'Rename it to cloud.google.com/neg',
    ],
  ])('is %s', (_, options, fix) => {
    expect(fixesOf(service({ type: 'NodePort', ...options }), {})).toEqual([fix]);
  });

  it('is where to move an annotation to', () => {
    const annotations = { 'cloud.google.com/backend-config': '{"default": "web"}' };
    const addOnOn = { facts: factsOf({ httpLoadBalancing: 'enabled' }) };
    expect(fixesOf(ingress({ class: 'gce', annotations }), addOnOn)).toEqual(['Move it to Service "web"']);
    expect(fixesOf(ingress({ class: 'gce', annotations, spec: { rules: [] } }), addOnOn)).toEqual([
      'Move it to the Services behind the Ingress',
    ]);
  });

  it('is to let node ports be allocated where NEGs do not work', () => {
    const unallocated = service({ type: 'LoadBalancer', spec: { allocateLoadBalancerNodePorts: false } });
    expect(fixesOf(unallocated, { facts: routesBased, neighbours: behind })).toEqual([
      'Set spec.allocateLoadBalancerNodePorts: true (NEGs do not work on this routes-based cluster)',
      'Set spec.type: NodePort, or name who may come in spec.loadBalancerSourceRanges',
    ]);
    expect(fixesOf(unallocated, { neighbours: behind })).toEqual([
      `Set cloud.google.com/neg: '{"ingress": true}', or set spec.allocateLoadBalancerNodePorts: true`,
      'Set spec.type: NodePort, or name who may come in spec.loadBalancerSourceRanges',
    ]);
  });

  it('is the setting of the app', () => {
    expect(fixesOf(argocdServer(), {})).toEqual([
      'Set --insecure, or server.insecure: "true" in ConfigMap argocd-cmd-params-cm',
    ]);
  });
});

describe('formatPath', () => {
  it('writes a path that can be pasted', () => {
    expect(formatPath(['metadata', 'annotations', 'kubernetes.io/ingress.class'])).toBe(
      'metadata.annotations["kubernetes.io/ingress.class"]',
    );
    expect(formatPath(['spec', 'rules', 0, 'http', 'paths', 12, 'path'])).toBe('spec.rules[0].http.paths[12].path');
    expect(formatPath(['metadata', 'annotations', 'a"b'])).toBe('metadata.annotations["a\\"b"]');
    expect(formatPath([])).toBe('');
  });
});

describe('defineRule', () => {
  const text = {
    judges: ['Ingress'],
    severity: 'info',
    why: 'So.',
    fix: 'Do.',
    covers: [],
    references: [],
  } satisfies Partial<Rule>;

  it('refuses an id that is not kebab-case', () => {
    const rule: Rule = { ...text, id: 'notKebab', summary: 'It is.', check: {} };
    expect(() => defineRule(rule)).toThrow(new TypeError('rule id "notKebab" is not kebab-case'));
  });

  it('refuses a text that is no sentence', () => {
    const rule: Rule = { ...text, id: 'some-rule', summary: 'no stop', check: {} };
    expect(() => defineRule(rule)).toThrow(new TypeError('rule some-rule: "no stop" is no sentence'));
  });
});
