// deploy/components/admission-policy says in CEL what the code says in TypeScript. Here the words are compared; what they
// do, test/cluster/admission-policy-agreement.test.ts compares on a real API server.
import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { NO_FACTS } from '../src/facts/facts.ts';
import { GKE_CONTROLLER } from '../src/judge/add-on-claim.ts';
import { IGNORE } from '../src/judge/exemption.ts';
import { parseObject } from '../src/kubernetes/parse.ts';
import {
  GCE_ONLY_KEYS,
  GCE_ONLY_PREFIXES,
  GLOBAL_STATIC_IP,
  INGRESS_CLASS,
  REGIONAL_STATIC_IP,
} from '../src/plan/annotation-keys.ts';
import { decideClass, GCE_CLASSES } from '../src/plan/ingress-class.ts';
import { RULES } from '../src/rules/index.ts';
import { policyOf } from './support/corridor.ts';
import { ingress } from './support/objects.ts';

const COMPONENT = 'deploy/components/admission-policy';

interface PolicyObject {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly failurePolicy: string;
    readonly matchConstraints: { readonly namespaceSelector: unknown; readonly resourceRules: readonly unknown[] };
    readonly matchConditions: readonly { readonly name: string; readonly expression: string }[];
    readonly variables: readonly { readonly name: string; readonly expression: string }[];
    readonly validations: readonly {
      readonly reason: string;
      readonly message: string;
      readonly messageExpression: string;
    }[];
  };
}

function read<T>(file: string): readonly T[] {
  const text = readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
  return parseAllDocuments(text).map((document): T => document.toJS());
}

const policies = ['policy.yaml', 'class-policy.yaml'].flatMap((file) => read<PolicyObject>(`${COMPONENT}/${file}`));
const [ingressPolicy, classPolicy] = policies;

function variable(policy: PolicyObject | undefined, name: string): string {
  return policy?.spec.variables.find((one) => one.name === name)?.expression ?? '';
}

/** The texts in single quotes between two brackets, as CEL writes a list. */
function listsIn(expression: string): readonly (readonly string[])[] {
  return [...expression.matchAll(/\[((?:'[^']*'(?:, )?)+)\]/g)].map(([, inside = '']) =>
    [...inside.matchAll(/'([^']*)'/g)].map(([, text = '']) => text),
  );
}

describe.each(policies)('$metadata.name', ({ spec }) => {
  it('never refuses because an expression failed', () => {
    expect(spec.failurePolicy).toBe('Ignore');
  });

  it('looks away where the webhooks do, and asks for Ingresses as they do', () => {
    interface Configuration {
      readonly kind: string;
      readonly webhooks: readonly {
        readonly namespaceSelector: unknown;
        readonly rules: readonly { resources: string[] }[];
      }[];
    }
    const configurations = read<Configuration>('deploy/base/webhooks.yaml');
    const webhooks = configurations.flatMap((one) => one.webhooks);
    for (const { namespaceSelector } of webhooks)
      expect(spec.matchConstraints.namespaceSelector).toEqual(namespaceSelector);
    const ofIngresses = webhooks
      .flatMap(({ rules }) => rules)
      .filter(({ resources }) => resources.includes('ingresses'));
    expect(spec.matchConstraints.resourceRules).toEqual(ofIngresses);
  });

  it('looks away in every namespace that the policy excludes by the beginning of its name', () => {
    const { expression = '' } = spec.matchConditions.find(({ name }) => name.includes('namespace')) ?? {};
    expect(expression).toBe("!request.namespace.startsWith('gke-managed-')");
    expect(policyOf().isExcluded('gke-managed-anything')).toBe(true);
    const text = readFileSync(new URL('../policies/guard.yaml', import.meta.url), 'utf8');
    expect([...text.matchAll(/^ {2}- ([a-z-]+)\*$/gm)].map(([, prefix]) => prefix)).toEqual(['gke-managed-']);
  });

  it('admits whatever carries the annotation of exemptions, and what is being deleted', () => {
    expect(spec.matchConditions.map(({ expression }) => expression)).toEqual(
      expect.arrayContaining([
        '!has(object.metadata.deletionTimestamp)',
        `!('${IGNORE}' in object.metadata.?annotations.orValue({}))`,
      ]),
    );
  });

  it('refuses as Forbidden, for rules that the shipped policy enforces, and names the rule in both of its messages', () => {
    const { modes } = policyOf();
    for (const { reason, message, messageExpression } of spec.validations) {
      const [, rule = ''] = /\[([a-z-]+)\]\. Fix: /.exec(message) ?? [];
      expect([reason, RULES.some(({ id }) => id === rule), modes.get(rule)]).toEqual(['Forbidden', true, 'enforce']);
      expect(messageExpression).toContain(`[${rule}]. `);
      expect(message).not.toContain('\n');
    }
  });

  it('has a binding that refuses', () => {
    interface Binding {
      readonly spec: { readonly policyName: string; readonly validationActions: readonly string[] };
    }
    const bindings = read<Binding>(`${COMPONENT}/bindings.yaml`).map((one) => one.spec);
    expect(bindings.map(({ policyName }) => policyName).toSorted()).toEqual(
      policies.map((one) => one.metadata.name).toSorted(),
    );
    for (const { validationActions } of bindings) expect(validationActions).toEqual(['Deny']);
  });
});

test('the classes that the admission policy takes for claimed are those that the guard does without facts', () => {
  const claimed = GCE_CLASSES.filter((name) => {
    const object = parseObject(ingress({ class: name }));
    return object?.kind === 'Ingress' && decideClass(object, NO_FACTS).isClaimed;
  });
  const [classes, keys] = listsIn(variable(ingressPolicy, 'claimed'));
  expect(classes).toEqual(claimed);
  expect(keys).toEqual(GCE_ONLY_KEYS);
  const prefixes = [...variable(ingressPolicy, 'claimed').matchAll(/startsWith\('([^']*)'\)/g)].map(([, text]) => text);
  expect(prefixes).toEqual(GCE_ONLY_PREFIXES);
});

test('the names of classes and of their controllers are those of the code', () => {
  expect(listsIn(variable(classPolicy, 'hasClassInFieldOnly'))).toEqual([[...GCE_CLASSES]]);
  const flags = GKE_CONTROLLER.flags === 'i' ? '(?i)' : '';
  expect(variable(classPolicy, 'isOfGke')).toContain(
    `.matches('${flags}${GKE_CONTROLLER.source.replaceAll('\\', '\\\\')}')`,
  );
  interface Class {
    readonly metadata: { readonly name: string };
    readonly spec: { readonly controller: string };
  }
  const shipped = read<Class>(`${COMPONENT}/ingress-classes.yaml`);
  expect(shipped.map(({ metadata }) => metadata.name)).toEqual([...GCE_CLASSES]);
  for (const { spec } of shipped) expect(spec.controller).toMatch(GKE_CONTROLLER);
});

test('every annotation in the expressions is one of the code', () => {
  const known = [INGRESS_CLASS, GLOBAL_STATIC_IP, REGIONAL_STATIC_IP, IGNORE];
  const text = policies.map((policy) => JSON.stringify(policy.spec)).join('\n');
  const used = [...text.matchAll(/\[\?'([^']+)'\]/g)].map(([, key]) => key);
  expect(new Set([...used, IGNORE])).toEqual(new Set(known));
});
