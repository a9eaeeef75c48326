import { describe, expect, it } from 'vitest';
import { corridorOf, EXEMPTIONS, parsed } from '../../test/support/corridor.ts';
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
import { RULES } from './index.ts';
import { type Judgement, judge } from './judge.ts';
import { defineRule, formatPath, type Rule, type RuleFinding, SEVERITIES } from './rule.ts';

interface Options {
  readonly facts?: Facts;
  readonly rules?: readonly Rule[];
  readonly neighbours?: readonly RawObject[];
  readonly old?: RawObject;
}

function judged(object: RawObject, { facts, rules, neighbours = [], old }: Options = {}): Judgement {
  const corridor = corridorOf(neighbours, {
    ...(facts === undefined ? {} : { facts }),
    ...(rules === undefined ? {} : { rules }),
  });
  return judge({
    ...corridor,
    object: parsed(object),
    old: old === undefined ? undefined : parsed(old),
    trustsObserved: false,
    exemptions: EXEMPTIONS,
    injects: true,
  });
}

const idsOf = ({ findings }: Judgement): readonly string[] => findings.map(({ rule }) => rule);

function failing(changes: Partial<Rule> = {}): Rule {
  return {
    ...defineRule({
      id: 'always-throws',
      judges: 'Ingress',
      severity: 'error',
      summary: 'It throws.',
      why: 'It is broken.',
      fix: 'Mend it.',
      covers: [],
      references: [],
      check: () => {
        throw new RangeError('out of cheese');
      },
    }),
    ...changes,
  } as Rule;
}

const NGINX = ingress({ annotations: { 'nginx.ingress.kubernetes.io/rewrite-target': '/' } });

describe('judge', () => {
  it('tells the add-on that is off in place of the other findings about the class', () => {
    expect(idsOf(judged(NGINX, { facts: ADD_ON_OFF }))).toEqual(['http-load-balancing-disabled']);
    expect(idsOf(judged(NGINX))).toEqual(['ingress-class-missing', 'http-load-balancing-unknown']);
  });

  it('lets every other rule answer where one throws, and says so without refusing', () => {
    const object = ingress({ ingressClassName: 'gce' });
    const { findings, failures } = judged(object, { rules: [failing(), ...RULES] });
    expect(findings.map(({ rule, severity, isCertain }) => ({ rule, severity, isCertain }))).toEqual([
      { rule: 'always-throws', severity: 'info', isCertain: false },
      { rule: 'ingress-class-name-ignored', severity: 'error', isCertain: true },
    ]);
    expect(failures).toEqual([{ rule: 'always-throws', error: new RangeError('out of cheese') }]);
  });

  it('lets a rule that throws silence nothing', () => {
    const rule = failing({ supersedes: ['ingress-class-missing'] });
    expect(idsOf(judged(NGINX, { rules: [rule, ...RULES] }))).toContain('ingress-class-missing');
  });

  it('takes a finding for less than its rule where it says so, and never for more', () => {
    const severities = SEVERITIES.map((severity) => {
      const check = (): readonly RuleFinding[] => [{ path: [], message: 'it is so.', severity }];
      const rules = [failing({ severity: 'warning', check } as Partial<Rule>)];
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
      judges: 'Object',
      check: ({ object, old }) => [{ path: [], message: `${object.kind} after ${old?.kind}.` }],
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
      judges: 'Ingress',
      check: () => [{ path: [], message: 'm', ...(severity === undefined ? {} : { severity }) }],
    });
    const severities = (rule: Rule): unknown => judged(ingress(), { rules: [rule] }).findings.map((f) => f.severity);
    expect(severities(lowered('info'))).toEqual(['info']);
    expect(severities(lowered(undefined))).toEqual(['error']);
  });

  it('knows a path again when another is added before it, so that an UPDATE is not refused for what was there', () => {
    const resource = { path: '/icons', pathType: 'Prefix', backend: { resource: { kind: 'Bucket', name: 'icons' } } };
    const subjects = (paths: readonly RawObject[]): unknown =>
      judged(ingressOf(paths), { facts: ADD_ON_ON }).findings.map(({ rule, subject }) => [rule, subject]);
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
    expect(judged(configMap())).toEqual({ findings: [], failures: [] });
  });

  it('completes a finding with what the rule says once', () => {
    const object = ingress({ ingressClassName: 'gce' });
    expect(judged(object).findings).toEqual([
      {
        rule: 'ingress-class-name-ignored',
        severity: 'error',
        object: parsed(object),
        path: ['spec', 'ingressClassName'],
        message:
          'spec.ingressClassName is "gce", but GKE reads the class only from the annotation: nothing would serve this Ingress or say why.',
        note: '',
        fix: 'Replace the field with the annotation kubernetes.io/ingress.class: "gce"',
        isCertain: true,
        subject: 'spec.ingressClassName',
      },
    ]);
  });
});

describe('what a finding tells its reader to do', () => {
  const fixesOf = (object: RawObject, options: Options): readonly string[] =>
    judged(object, options).findings.map(({ fix }) => fix);
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
      'Name one, or run gcloud container clusters update NAME --location=LOCATION --update-addons=HttpLoadBalancing=ENABLED',
    ]);
  });

  it('is the annotation for a ClusterIP Service, but the type on a routes-based cluster', () => {
    expect(fixesOf(service(), { facts: factsOf({ vpcNative: true }), neighbours: behind })).toEqual([
      `Add cloud.google.com/neg: '{"ingress": true}', or make it type NodePort.`,
    ]);
    expect(fixesOf(service(), { facts: routesBased, neighbours: behind })).toEqual([
      'Make the Service type NodePort: NEGs do not work on this routes-based cluster.',
    ]);
  });

  it('is to remove the annotation on a routes-based cluster, and to change the type only where it must', () => {
    expect(fixesOf(service({ neg }), { facts: routesBased, neighbours: behind })).toEqual([
      'Remove the annotation and make the Service type NodePort.',
    ]);
    expect(fixesOf(service({ neg, type: 'NodePort' }), { facts: routesBased, neighbours: behind })).toEqual([
      'Remove the annotation: instance groups work here.',
    ]);
  });

  it('is the class to write', () => {
    expect(fixesOf(ingress({ class: 'GCE' }), {})).toEqual(['Write kubernetes.io/ingress.class: "gce"']);
    expect(fixesOf(NGINX, { facts: factsOf({ httpLoadBalancing: 'enabled' }) })).toEqual([
      'Set spec.ingressClassName: nginx, or for GKE kubernetes.io/ingress.class: gce',
    ]);
  });

  it.each([
    [
      'the port of the Service for its targetPort',
      { neg: '{"exposed_ports": {"8080": {}}}' },
      'Write "80" for "8080": exposed_ports takes the port of the Service, not its targetPort.',
    ],
    ['the ports that there are', { neg: '{"exposed_ports": {"81": {}}}' }, 'Name ports that it has (80).'],
    ['the key that was meant', { neg: '{"exposedPorts": {}}' }, 'Write "exposed_ports" for "exposedPorts".'],
    ['the keys that there are', { neg: '{"enabled": true}' }, 'Use "ingress", "exposed_ports", "zones" only.'],
    [
      'the name of the port for its number',
      { annotations: { 'cloud.google.com/app-protocols': '{"80": "HTTPS"}' } },
      'Write "http" for "80".',
    ],
    [
      'a name for a port that has none',
      { ports: [{ port: 80 }], annotations: { 'cloud.google.com/app-protocols': '{"80": "HTTPS"}' } },
      'Give port 80 a name, and use that as the key.',
    ],
    [
      'the protocol in capitals',
      { annotations: { 'cloud.google.com/app-protocols': '{"http": "https"}' } },
      `Write '{"http": "HTTPS"}'.`,
    ],
    [
      'the name of the port for its target',
      { annotations: { 'cloud.google.com/backend-config': '{"ports": {"8080": "web"}}' } },
      'Write "http" for "8080".',
    ],
    [
      'the name as a default',
      { annotations: { 'cloud.google.com/backend-config': 'web' } },
      `Write '{"default": "web"}'.`,
    ],
    ['the exact key', { annotations: { 'networking.gke.io/neg': '{"ingress": true}' } }, 'Write cloud.google.com/neg.'],
  ])('is %s', (_, options, fix) => {
    expect(fixesOf(service({ type: 'NodePort', ...options }), {})).toEqual([fix]);
  });

  it('is where to move an annotation to', () => {
    const annotations = { 'cloud.google.com/backend-config': '{"default": "web"}' };
    const addOnOn = { facts: factsOf({ httpLoadBalancing: 'enabled' }) };
    expect(fixesOf(ingress({ class: 'gce', annotations }), addOnOn)).toEqual(['Move it to Service "web".']);
    expect(fixesOf(ingress({ class: 'gce', annotations, spec: { rules: [] } }), addOnOn)).toEqual([
      'Move it to the Services behind the Ingress.',
    ]);
  });

  it('is to let node ports be allocated where NEGs do not work', () => {
    const unallocated = service({ type: 'LoadBalancer', spec: { allocateLoadBalancerNodePorts: false } });
    expect(fixesOf(unallocated, { facts: routesBased, neighbours: behind })).toEqual([
      'Let node ports be allocated: NEGs do not work on this routes-based cluster.',
    ]);
    expect(fixesOf(unallocated, { neighbours: behind })).toEqual([
      `Add cloud.google.com/neg: '{"ingress": true}', or let node ports be allocated.`,
    ]);
  });

  it('is the setting of the app', () => {
    expect(fixesOf(argocdServer(), {})).toEqual([
      'Set --insecure, or server.insecure: "true" in ConfigMap argocd-cmd-params-cm.',
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
  const text = { judges: 'Ingress', severity: 'info', why: 'So.', fix: 'Do.', covers: [], references: [] } as const;

  it('refuses an id that is not kebab-case', () => {
    const rule: Rule = { ...text, id: 'notKebab', summary: 'It is.', check: () => [] };
    expect(() => defineRule(rule)).toThrow(new TypeError('rule id "notKebab" is not kebab-case'));
  });

  it('refuses a text that is no sentence', () => {
    const rule: Rule = { ...text, id: 'some-rule', summary: 'no stop', check: () => [] };
    expect(() => defineRule(rule)).toThrow(new TypeError('rule some-rule: "no stop" is no sentence'));
  });
});
