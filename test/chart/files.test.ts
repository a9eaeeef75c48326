// deploy/chart as it is: what is generated of it is up to date, nothing of deploy/ is forgotten, and values and schema agree.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { changesOf } from '../../scripts/chart/changes.ts';
import { chartYaml, type Package } from '../../scripts/chart/chart-yaml.ts';
import { COMPONENTS, COMPONENTS_OF_VALUES } from '../../scripts/chart/choices.ts';
import { chartFiles, releasedValues } from '../../scripts/chart/files.ts';
import { VALUES_SCHEMA } from '../../scripts/chart/values-schema.ts';
import { at } from '../../src/kubernetes/read.ts';
import { foldersOf, readManifest } from '../deploy/support.ts';
import { hasGo } from '../support/has-go.ts';
import { renderTogether } from '../support/kustomize.ts';

const CHART = fileURLToPath(new URL('../../deploy/chart/', import.meta.url));
const read = (file: string): string => readFileSync(join(CHART, file), 'utf8');
const project: Package = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
const values: unknown = parse(read('values.yaml'));

describe.skipIf(!hasGo)('the generated files', () => {
  const runbooks = String(at(parse(readManifest('components/monitoring/runbooks.yaml')), 'data', 'page'));
  const files = chartFiles(renderTogether, project, runbooks);

  it.each([...files.keys()])('%s is up to date (npm run chart writes it)', (file) => {
    expect(read(file)).toBe(files.get(file));
  });

  it('are all that claim to be', () => {
    const claiming = globSync('**/*', { cwd: CHART, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(CHART.length))
      .filter((file) => read(file).includes('Made by `npm run chart`'));
    expect(claiming.toSorted()).toEqual([...files.keys()].filter((file) => file.endsWith('.yaml')).toSorted());
  });
});

it('has a value for each component', () => {
  expect([...Object.keys(COMPONENTS), ...COMPONENTS_OF_VALUES].toSorted()).toEqual(foldersOf('components'));
});

it('has the version of the project', () => {
  const chart: unknown = parse(read('Chart.yaml'));
  expect([at(chart, 'version'), at(chart, 'appVersion')]).toEqual([project.version, project.version]);
});

describe('the schema', () => {
  /** Of maps with fixed keys, as paths; what is free in an example is not looked into. */
  const keysOf = (schema: unknown): readonly string[] =>
    Object.entries(Object(at(schema, 'properties'))).flatMap(([key, inside]) => [
      key,
      ...keysOf(inside).map((one) => `${key}.${one}`),
    ]);
  const keysOfValues = (value: unknown): readonly string[] =>
    typeof value !== 'object' || value === null
      ? []
      : Object.entries(value).flatMap(([key, inside]) => [key, ...keysOfValues(inside).map((one) => `${key}.${one}`)]);

  it('has every key of values.yaml, and no other but the one that Helm adds', () => {
    expect(keysOf(VALUES_SCHEMA).filter((key) => key !== 'global')).toEqual(keysOfValues(values));
  });

  it('takes values.yaml as it stands, and every key of it is one that a template reads', () => {
    const validate = new Ajv().compile(VALUES_SCHEMA);
    expect([validate(values), validate.errors]).toEqual([true, null]);
    const templates = globSync('templates/*', { cwd: CHART }).map(read).join('\n');
    const leaves = keysOfValues(values).filter((key) => !keysOfValues(values).some((one) => one.startsWith(`${key}.`)));
    expect(leaves.filter((key) => !templates.includes(`.Values.${key}`))).toEqual([]);
  });

  it.each([
    ['audit', 'reports'],
    ['asker', 'events'],
  ])('refuses a part of %s where that is off, and takes it where it is on', (name, part) => {
    const validate = new Ajv().compile(VALUES_SCHEMA);
    const group = (enabled: boolean): unknown => ({ ...Object(values), [name]: { enabled, [part]: true } });
    expect([validate(group(false)), validate(group(true))]).toEqual([false, true]);
  });

  it('says which file of the guard each document is', () => {
    const validate = new Ajv().compile(VALUES_SCHEMA);
    const apiVersion = 'gke-ingress-guard.dev/v1';
    expect(validate({ policy: { apiVersion, kind: 'GuardPolicy' }, facts: { kind: 'ClusterFacts' } })).toBe(true);
    expect(validate({ policy: { kind: 'ClusterFacts' } })).toBe(false);
  });
});

describe('a release', () => {
  const digest = `sha256:${'0'.repeat(64)}`;

  it('has the image in the default values, and the rest as it is', () => {
    const released: unknown = parse(releasedValues(read('values.yaml'), { name: 'ghcr.io/owner/guard', digest }));
    expect(released).toEqual({ ...Object(values), image: { repository: 'ghcr.io/owner/guard', tag: '', digest } });
    expect(() => releasedValues('image: {}\n', { name: 'x', digest })).toThrow('has 0 lines "repository:');
  });

  it('names a home page once the project has one', () => {
    expect(parse(chartYaml({ ...project, homepage: '' }))).not.toHaveProperty('home');
    expect(parse(chartYaml({ ...project, homepage: 'https://guard.example' }))).toMatchObject({
      home: 'https://guard.example',
    });
  });

  it('has an icon, from the home page or else from the tag on GitHub, and none where there is neither', () => {
    const iconOf = (homepage: string, source?: string): unknown => {
      const released = source === undefined ? undefined : { image: `guard@${digest}`, source, changes: [] };
      const chart: unknown = parse(chartYaml({ ...project, version: '1.2.3', homepage }, released));
      return Object(chart).icon;
    };
    expect(iconOf('https://guard.example')).toBe('https://guard.example/assets/icon.svg');
    expect(iconOf('', 'https://github.com/owner/guard')).toBe(
      'https://raw.githubusercontent.com/owner/guard/v1.2.3/site/assets/icon.svg',
    );
    expect(iconOf('', 'https://git.example/owner/guard')).toBeUndefined();
    expect(iconOf('')).toBeUndefined();
    expect(existsSync(new URL('../../site/assets/icon.svg', import.meta.url))).toBe(true);
  });

  it('shows on Artifact Hub what changed', () => {
    expect(changesOf('Words before.\n\n### Fixed\n- a\n  b\n- c\n\n### Odd\n- d\n')).toEqual([
      { kind: 'fixed', description: 'a b' },
      { kind: 'fixed', description: 'c' },
    ]);
  });
});
