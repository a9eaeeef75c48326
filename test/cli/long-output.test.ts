// What `check` prints of a large input can be read: 600 objects with 420 findings, as a team's repository has them.
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { deployment, ingress, type RawObject, service } from '../support/objects.ts';
import { directoryOf, run } from './support.ts';

const OFF = ['--facts', 'examples/addon-off.yaml'];
const COUNT = 150;
const range = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

/** Four objects each, of one team in one namespace: 600, with one finding of the cluster and others of their own. */
function team(index: number): readonly RawObject[] {
  const namespace = `team-${index}`;
  const backend = { service: { name: 'web', port: { name: 'http' } } };
  const path = index % 4 === 0 ? '/api/*' : '/api';
  const rules = [{ host: `shop-${index}.example.com`, http: { paths: [{ path, pathType: 'Prefix', backend }] } }];
  return [
    ingress({ namespace, class: 'gce', spec: { rules } }),
    service({ namespace, ...(index % 4 === 0 ? { neg: '{"ingress": "true"}' } : { neg: '{"ingress": true}' }) }),
    deployment({
      namespace,
      container: { readinessProbe: { httpGet: { path: '/', port: index % 3 === 0 ? 8080 : 9090 } } },
    }),
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace } },
  ];
}

function directory(): string {
  const files = range(COUNT).map((index) => {
    const text = team(index)
      .map((object) => stringify(object))
      .join('---\n');
    return [`k8s/team-${index}.yaml`, text] as const;
  });
  return directoryOf(Object.fromEntries(files));
}

interface Told {
  readonly out: string;
  readonly lines: readonly string[];
}

async function told(...words: string[]): Promise<Told> {
  const root = directory();
  const { out } = await run(['check', root, ...words]);
  const relative = out.replaceAll(`${root}/`, '');
  return { out: relative, lines: relative.split('\n') };
}

describe('600 objects', () => {
  it('are told in few lines, none wider than 80 but commands', async () => {
    const { out, lines } = await told(...OFF);
    const [, errors = 0, warnings = 0] = (/600 objects checked: (\d+) errors, (\d+) warnings/.exec(out) ?? []).map(
      Number,
    );
    const infos = Number(/, (\d+) infos/.exec(out)?.[1] ?? 0);
    const possible = Number(/, (\d+) possible/.exec(out)?.[1] ?? 0);
    expect(errors + warnings + infos + possible).toBeGreaterThanOrEqual(420);
    expect(lines.length).toBeLessThan(1000);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  it('say the cause in the cluster first and once, and count the findings by rule last', async () => {
    const { out, lines } = await told(...OFF);
    expect(out.match(/Fix: Run gcloud/g)).toHaveLength(1);
    expect(out.indexOf('[http-load-balancing-disabled]')).toBeLessThan(out.indexOf('Fix: '));
    expect(out).toContain('    The same cause, for 149 other objects:\n');
    const counted = lines.slice(lines.indexOf('Findings by rule:') + 1, -2);
    expect(counted[0]).toBe('  150  http-load-balancing-disabled');
    const numbers = counted.map((line) => Number.parseInt(line, 10));
    expect(numbers).toEqual(numbers.toSorted((a, b) => b - a));
  });

  it('have each finding, the errors before the warnings', async () => {
    const { out } = await told(...OFF);
    const { findings } = JSON.parse((await told('-o', 'json', ...OFF)).out) as { findings: readonly FoundJson[] };
    for (const { file, line, object, rule } of findings) {
      const isSaid = out.includes(`${file.replace(/^.*\/k8s/, 'k8s')}:${line}: `) && out.includes(`[${rule}]`);
      expect(isSaid, `${file}:${line} ${object.kind} ${rule}`).toBe(true);
    }
    const last = out.lastIndexOf(' error: ');
    expect(last).toBeGreaterThan(0);
    expect(out.search(/ (?:warning|info): /)).toBeGreaterThan(last);
  });

  it('say in full three times what differs in names only, and then as what', async () => {
    const { out } = await told(...OFF);
    expect(out.replaceAll(/\s+/g, ' ').match(/of type Prefix and has a "\*"/g)).toHaveLength(3);
    expect(out).toMatch(/: possible error: Ingress\/team-148\/web\s+\[path-invalid\], as Ingress\/team-0\/web\n/);
  });

  it('with --quiet are a line each, errors and warnings only', async () => {
    const { findings } = JSON.parse((await told('-o', 'json', ...OFF)).out) as { findings: readonly FoundJson[] };
    const { lines } = await told('--quiet', ...OFF);
    expect(lines.at(-1)).toBe('');
    expect(lines).toHaveLength(findings.filter(({ severity }) => severity !== 'info').length + 1);
    for (const line of lines.slice(0, -1)) {
      expect(line).toMatch(/^k8s\/\S+:\d+: (?:possible )?(?:error|warning): \w+\/\S+: .* \[[a-z0-9-]+\]$/);
    }
  });
});

interface FoundJson {
  readonly file: string;
  readonly line: number;
  readonly rule: string;
  readonly severity: string;
  readonly object: { readonly kind: string };
}

describe('the place under its line', () => {
  const marked = async (text: string): Promise<readonly string[]> => {
    const { out } = await run(['check', directoryOf({ 'a.yaml': text }), ...OFF]);
    return out.split('\n').filter((line) => /^ *\d* \| /.test(line));
  };
  const CLASS = 'kubernetes.io/ingress.class';
  const head = 'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: web\n  annotations:\n';
  const tail = 'spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}\n';

  it.each([
    [`    ${CLASS}: gce # ours`, 'gce'],
    [`    "${CLASS}": "gce"  `, '"gce"'],
    [`    ${CLASS}: 'gce'`, "'gce'"],
    [`    { a: b, ${CLASS}: gce, c: d }`, 'gce'],
    [`    { "\u202ea\u2028": b, ${CLASS}: gce }`, 'gce'],
  ])('is the value of %s', async (line, value) => {
    const [source = '', carets = ''] = await marked(`${head}${line}\n${tail}`);
    expect(source.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1)).toBe(value);
  });

  it('stays in view where the line is long', async () => {
    const object = { ...ingress({ class: 'gce' }), status: 'x'.repeat(300) };
    const [source = '', carets = ''] = await marked(JSON.stringify(object));
    expect([source.length <= 80, carets.length <= 80]).toEqual([true, true]);
    expect(source.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1)).toBe('"gce"');
  });
});

it('uses what the terminal has, within reason', async () => {
  const widest = async (columns: number): Promise<number> => {
    const { out } = await run(['check', 'examples', ...OFF], { columns });
    return Math.max(...out.split('\n').map((line) => line.length));
  };
  expect(await widest(60)).toBeLessThanOrEqual(74);
  expect(await widest(100)).toBeGreaterThan(80);
  expect(await widest(300)).toBeLessThanOrEqual(100);
});

describe('several Ingresses', () => {
  const explained = async (...words: string[]): Promise<string> => {
    const objects = ['a', 'b'].map((name) => ingress({ name, namespace: `team-${name}`, class: 'gce' }));
    const long = ingress({ name: 'c'.repeat(60), namespace: 'team-c', class: 'nginx' });
    const text = [...objects, long].map((object) => stringify(object)).join('---\n');
    return (await run(['explain', '--all', '-f', directoryOf({ 'a.yaml': text }), ...words])).out;
  };

  it('stand in a table first, the worst first', async () => {
    const lines = (await explained(...OFF)).split('\n');
    expect(lines[0]).toMatch(/^INGRESS +CLASS +SERVED +PROBLEMS$/);
    expect(lines[1]).toMatch(/^team-a\/a +gce +no +\d errors?, 0 warnings/);
    expect(lines[2]).toMatch(/^team-b\/b +gce +no +\d errors?, 0 warnings/);
    expect(lines[3]).toBe(`team-c/${'c'.repeat(60)}`);
    expect(lines[4]).toMatch(/^ +nginx +no +/);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  it('have the cause in the cluster once, with all that it stops', async () => {
    const out = await explained(...OFF);
    expect(out.match(/Fix: Run gcloud/g)).toHaveLength(1);
    expect(out).toContain('  It stops 2 Ingresses: team-a/a, team-b/b\n');
    expect(out.match(/\[http-load-balancing-disabled\], as above/g)).toHaveLength(2);
    expect(out.indexOf('It stops')).toBeLessThan(out.indexOf('Ingress team-a/a'));
  });

  it('with --quiet are a line for each error and warning, and none twice', async () => {
    const lines = (await explained('--quiet', ...OFF)).trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(1);
    expect(new Set(lines).size).toBe(lines.length);
    for (const line of lines)
      expect(line).toMatch(/\/a\.yaml:\d+: (?:possible )?(?:error|warning): .* \[[a-z0-9-]+\]$/);
  });

  it('have no table where there is one', async () => {
    const { out } = await run(['explain', '-f', 'examples/argocd-ingress.yaml', ...OFF]);
    expect(out).toMatch(/^Ingress argocd\/argocd-server\n/);
  });
});
