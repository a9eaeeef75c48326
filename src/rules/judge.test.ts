import { describe, expect, it } from 'vitest';
import { corridorOf, EXEMPTIONS, parsed } from '../../test/support/corridor.ts';
import { ADD_ON_OFF, factsOf } from '../../test/support/facts.ts';
import { argocdServer, configMap, ingress, type RawObject, service } from '../../test/support/objects.ts';
import type { Facts } from '../facts/facts.ts';
import { RULES } from './index.ts';
import { type Judgement, judge } from './judge.ts';
import { defineRule, formatPath, type Rule } from './rule.ts';

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

  it('judges the object as it comes in, not as it is stored', () => {
    const stored = service({ neg: '{"ingress": true}' });
    const { findings } = judged(service(), {
      facts: factsOf({ vpcNative: true }),
      neighbours: [stored, ingress({ class: 'gce' })],
      old: stored,
    });
    expect(findings.map(({ rule }) => rule)).toEqual(['cluster-ip-without-neg']);
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
