import { describe, expect, it } from 'vitest';
import { AppError } from '../errors.ts';
import { type Fact, type Facts, NO_FACTS, UNKNOWN } from './facts.ts';
import { parseFactsFile } from './facts-file.ts';

const LEARNT_AT = Date.parse('2026-11-01T12:00:00Z');
const HEAD = 'apiVersion: gke-ingress-guard.dev/v1\nkind: ClusterFacts\n';

function factsIn(text: string): Facts {
  return parseFactsFile(text, 'facts.yaml', LEARNT_AT);
}

function faultsOf(text: string): readonly string[] {
  try {
    factsIn(text);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return [error.code, ...error.detail.split('\n')];
  }
  return ['no fault'];
}

const fact = <T>(value: T): Fact<T> => ({ known: true, value, source: 'file', learntAtMs: LEARNT_AT });
const given = <T>(value: T): { readonly value: T; readonly isGiven: true } => ({ value, isGiven: true });

describe('a facts file', () => {
  it('makes every field known, with its source and age', () => {
    const text = `${HEAD}
cluster: { project: my-project, location: asia-northeast1, name: prod }
httpLoadBalancing: disabled
vpcNative: true
sharedVpc: false
networkPolicy: false
dataplaneV2: true
autopilot: false
version: 1.33.4-gke.1036000
controller:
  ingressClass: edge
  enableIngressGlobalExternal: false
  enableIngressRegionalExternal: true
  enableTransparentHealthChecks: true
  enableTrafficScaling: true
  enableIpv6OnlyNeg: true
  defaultBackendService: infra/fallback
`;
    expect(factsIn(text)).toEqual({
      cluster: { project: 'my-project', location: 'asia-northeast1', name: 'prod' },
      httpLoadBalancing: fact('disabled'),
      vpcNative: fact(true),
      sharedVpc: fact(false),
      networkPolicy: fact(false),
      dataplaneV2: fact(true),
      autopilot: fact(false),
      version: fact('1.33.4-gke.1036000'),
      controller: {
        ingressClass: given('edge'),
        enableIngressGlobalExternal: given(false),
        enableIngressRegionalExternal: given(true),
        enableTransparentHealthChecks: given(true),
        enableTrafficScaling: given(true),
        enableIpv6OnlyNeg: given(true),
        defaultBackendService: given('infra/fallback'),
      },
    });
  });

  it('leaves unknown what it leaves out, and assumes the controller flags', () => {
    expect(factsIn(HEAD)).toEqual(NO_FACTS);
    expect(factsIn(`${HEAD}vpcNative: true\n`)).toEqual({ ...NO_FACTS, vpcNative: fact(true) });
  });

  it('tells a flag that is given from one that is assumed, even where they agree', () => {
    const { controller } = factsIn(`${HEAD}controller: { enableIngressGlobalExternal: true }\n`);
    expect(controller).toEqual({ ...NO_FACTS.controller, enableIngressGlobalExternal: given(true) });
  });

  it('may be JSON', () => {
    const text = '{"apiVersion":"gke-ingress-guard.dev/v1","kind":"ClusterFacts","httpLoadBalancing":"enabled"}';
    expect(factsIn(text)).toEqual({ ...NO_FACTS, httpLoadBalancing: fact('enabled') });
  });

  it('may name the cluster in part', () => {
    expect(factsIn(`${HEAD}cluster: { name: prod }\n`).cluster).toEqual({
      project: undefined,
      location: undefined,
      name: 'prod',
    });
  });
});

describe('a fault in a facts file', () => {
  it('is an unknown field, with its line and the nearest legal name', () => {
    expect(faultsOf(`${HEAD}vpcnative: true\ncontroller:\n  ingressclass: gce\n`)).toEqual([
      'facts-invalid',
      'facts.yaml:3: unknown key "vpcnative"; did you mean "vpcNative"?',
      'facts.yaml:5: controller: unknown key "ingressclass"; did you mean "ingressClass"?',
    ]);
  });

  it('is an unknown field that is near to none, with those that are legal', () => {
    expect(faultsOf(`${HEAD}cluster:\n  zone: b\n`)).toEqual([
      'facts-invalid',
      'facts.yaml:4: cluster: unknown key "zone"; legal are project, location, name',
    ]);
  });

  it.each([
    ['httpLoadBalancing: enable', 'httpLoadBalancing: must be one of enabled, disabled; did you mean "enabled"?'],
    ['httpLoadBalancing: true', 'httpLoadBalancing: must be one of enabled, disabled'],
    ['httpLoadBalancing:', 'httpLoadBalancing: must be one of enabled, disabled'],
    ['vpcNative: "true"', 'vpcNative: must be boolean'],
    ['vpcNative: yes', 'vpcNative: must be boolean'],
    ['sharedVpc: 1', 'sharedVpc: must be boolean'],
    ['networkPolicy: []', 'networkPolicy: must be boolean'],
    ['version: 1.33', 'version: must be string'],
    ['version: ""', 'version: must NOT have fewer than 1 characters'],
    ['cluster: prod', 'cluster: must be object'],
    ['cluster: { project: 123456 }', 'cluster.project: must be string'],
    ['controller: { enableIpv6OnlyNeg: "no" }', 'controller.enableIpv6OnlyNeg: must be boolean'],
    [
      'controller: { defaultBackendService: default-http-backend }',
      'controller.defaultBackendService: must match pattern "^[a-z0-9-]+/[a-z0-9-]+$"',
    ],
  ])('is a value that cannot be: %s', (line, fault) => {
    expect(faultsOf(`${HEAD}${line}\n`)).toEqual(['facts-invalid', `facts.yaml:3: ${fault}`]);
  });

  it('is another apiVersion or kind', () => {
    expect(faultsOf('apiVersion: v1\nkind: ConfigMap\n')).toEqual([
      'facts-invalid',
      'facts.yaml:1: apiVersion: must be "gke-ingress-guard.dev/v1"',
      'facts.yaml:2: kind: must be "ClusterFacts"',
    ]);
  });

  it('is an empty file, or one that holds no map', () => {
    for (const text of ['', '# nothing yet\n', '- a\n', 'disabled\n']) {
      expect(faultsOf(text)).toEqual(['facts-invalid', 'facts.yaml:1: the document: must be object']);
    }
  });

  it('is YAML that cannot be read, with its line', () => {
    expect(faultsOf(`${HEAD}vpcNative: "true\n`)).toEqual(['facts-invalid', 'facts.yaml:4: Missing closing "quote']);
    expect(faultsOf(`${HEAD}vpcNative: true\nvpcNative: false\n`)).toEqual([
      'facts-invalid',
      'facts.yaml:4: Map keys must be unique',
    ]);
  });

  it('is a second document', () => {
    expect(faultsOf(`${HEAD}---\n${HEAD}`)).toEqual([
      'facts-invalid',
      'facts.yaml:3: the file must hold one document, and here begins another',
    ]);
  });

  it('is nesting that no person writes', () => {
    expect(faultsOf(`${HEAD}cluster: ${'['.repeat(300)}${']'.repeat(300)}\n`)).toEqual([
      'facts-invalid',
      'facts.yaml: it is nested more than 250 levels deep',
    ]);
  });

  it('is told with all others', () => {
    expect(faultsOf(`${HEAD}vpcNative: 1\nsharedVpc: 0\n`)).toEqual([
      'facts-invalid',
      'facts.yaml:3: vpcNative: must be boolean',
      'facts.yaml:4: sharedVpc: must be boolean',
    ]);
  });
});

describe('an Autopilot cluster', () => {
  it('has the add-on and is VPC-native, as a fact of the same source and age', () => {
    expect(factsIn(`${HEAD}autopilot: true\n`)).toEqual({
      ...NO_FACTS,
      autopilot: fact(true),
      httpLoadBalancing: fact('enabled'),
      vpcNative: fact(true),
    });
  });

  it('is believed where the file says otherwise', () => {
    expect(factsIn(`${HEAD}autopilot: true\nhttpLoadBalancing: disabled\nvpcNative: false\n`)).toEqual({
      ...NO_FACTS,
      autopilot: fact(true),
      httpLoadBalancing: fact('disabled'),
      vpcNative: fact(false),
    });
  });

  it('is none where the file says so or says nothing', () => {
    expect(factsIn(`${HEAD}autopilot: false\n`)).toEqual({ ...NO_FACTS, autopilot: fact(false) });
    expect(factsIn(HEAD).httpLoadBalancing).toBe(UNKNOWN);
  });
});
