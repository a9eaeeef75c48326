// The corpus: for each condition of the controller a set of manifests that works, the same with one change that breaks
// it, and what the plan must say of both. Expectations come from the source of the controller, cited in `why`.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { NO_FACTS } from '../../src/facts/facts.ts';
import { parseFactsFile } from '../../src/facts/facts-file.ts';
import { CONDITIONS } from '../../src/plan/conditions.ts';
import { type BackendJson, type ExplainJson, explainJson } from '../../src/report/explain-json.ts';
import { explainFile } from '../support/explain-file.ts';
import { LEARNT_AT } from '../support/facts.ts';

const CORPUS = new URL('../corpus/', import.meta.url);

/** Conditions that no manifest, fact or stored object decides. */
const UNDECIDABLE = {
  C47: 'what the app answers is for the catalogue of apps and the rules on it',
  C51: 'the permission of the controller in the host project is in no manifest',
  C52: 'Pods and endpoints at run time',
} as const satisfies Record<string, string>;

interface Expected {
  readonly why: string;
  readonly served: boolean;
  readonly conditions: readonly string[];
  readonly hostRules: ExplainJson['hostRules'];
  readonly defaultBackend: ExplainJson['defaultBackend'];
  readonly backends: readonly {
    readonly backend: string;
    readonly group: string | null;
    readonly error: string | null;
  }[];
  readonly healthCheck?: Readonly<Record<string, unknown>>;
}

const names = readdirSync(CORPUS).filter((name) => name !== 'apps');

function read(name: string, file: string): string {
  return readFileSync(new URL(`${name}/${file}`, CORPUS), 'utf8');
}

function explain(name: string, file: 'working.yaml' | 'broken.yaml'): ExplainJson {
  const hasFacts = existsSync(new URL(`${name}/facts.yaml`, CORPUS));
  const facts = hasFacts ? parseFactsFile(read(name, 'facts.yaml'), 'facts.yaml', LEARNT_AT) : NO_FACTS;
  const [plan] = explainFile(read(name, file), facts);
  if (plan === undefined) throw new TypeError(`${name}/${file} has no Ingress`);
  return explainJson(plan);
}

function nameOf({ namespace, service, port }: BackendJson): string {
  return `${namespace}/${service}:${port}`;
}

describe.each(names)('%s', (name) => {
  const expected: Expected = JSON.parse(read(name, 'expected.json'));

  it('works without any problem', () => {
    const { served, problems } = explain(name, 'working.yaml');
    // What is only worth knowing breaks nothing.
    const broken = problems.filter(({ severity }) => severity !== 'info');
    expect({ served, broken }).toEqual({ served: true, broken: [] });
  });

  it(`breaks: ${expected.why}`, () => {
    const broken = explain(name, 'broken.yaml');
    const { served, hostRules, defaultBackend } = broken;
    const conditions = broken.problems.flatMap(({ condition }) => condition ?? []);
    const backends = broken.backends.map((backend) => {
      const { group, error } = backend;
      return { backend: nameOf(backend), group, error };
    });
    const checked = broken.backends.find((backend) => nameOf(backend) === expected.healthCheck?.['backend']);
    const { reason: _, ...healthCheck } = { backend: checked && nameOf(checked), ...checked?.healthCheck };
    expect({
      why: expected.why,
      served,
      conditions,
      hostRules,
      defaultBackend,
      backends,
      ...(expected.healthCheck === undefined ? {} : { healthCheck }),
    }).toEqual(expected);
  });
});

describe('the corpus', () => {
  it('has every condition of the catalogue that can be decided, and none that cannot', () => {
    const numbers = Array.from(
      { length: Object.keys(CONDITIONS).filter((one) => one.startsWith('C')).length },
      (_, index) => `C${index + 1}`,
    );
    const present = new Set(names.map((name) => name.replace(/^C0?(\d+)-.*/, 'C$1')));
    expect(numbers.filter((number) => !present.has(number))).toEqual(Object.keys(UNDECIDABLE));
  });

  it('names each directory after a condition that its broken set shows', () => {
    for (const name of names.filter((one) => one.startsWith('C'))) {
      const expected: Expected = JSON.parse(read(name, 'expected.json'));
      expect(expected.conditions).toContain(name.replace(/^C0?(\d+)-.*/, 'C$1'));
    }
  });
});
