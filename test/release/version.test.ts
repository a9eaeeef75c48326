// The version is in package.json, and wherever a program that knows no package.json needs it; it is one version.
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const ROOT = new URL('../../', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, ROOT), 'utf8');
const { version }: { version: string } = JSON.parse(read('package.json'));

/** Each place, with what it has there: all of them change with `version` of package.json. */
const PLACES: readonly (readonly [file: string, pattern: RegExp])[] = [
  ['package-lock.json', /^ {2}"version": "([^"]+)"/gm],
  ['package-lock.json', /^ {4}"": \{\n {6}"name": "gke-ingress-guard",\n {6}"version": "([^"]+)"/gm],
  ['deploy/base/kustomization.yaml', /^ +newTag: (\S+)$/gm],
  ['deploy/components/asker/kustomization.yaml', /^ +newTag: (\S+)$/gm],
  ['deploy/components/self-signed/kustomization.yaml', /^ +newTag: (\S+)$/gm],
  ['deploy/chart/Chart.yaml', /^(?:version|appVersion): (\S+)$/gm],
  ['deploy/chart/README.md', /^Version (\S+);/gm],
  ['man/gke-ingress-guard.1', /^\.TH .*"gke\\-ingress\\-guard ([^"]+)"/gm],
  ['Dockerfile', /^ARG VERSION=(\S+)$/gm],
  ['docs/supply-chain.md', /gke-ingress-guard(?: --version)?: ?(\d\S*)/g],
];

describe('the version', () => {
  it('is one of SemVer', () => {
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it.each(PLACES)('is that of package.json in %s (%s)', (file, pattern) => {
    const found = [...read(file).matchAll(pattern)].map(([, one]) => one);
    expect(found.length).toBeGreaterThan(0);
    expect(new Set(found)).toEqual(new Set([version]));
  });

  it('stands in no other place of deploy/', () => {
    const files = globSync('deploy/**/*.yaml', { cwd: ROOT }).filter((file) =>
      /newTag:|^appVersion:/m.test(read(file)),
    );
    const places = PLACES.map(([file]) => file).filter((file) => /^deploy\/.*\.yaml$/.test(file));
    expect(files.toSorted()).toEqual(places.toSorted());
  });

  it('stands nowhere in the sources, which read it from package.json', () => {
    const sources = globSync('src/**/*.ts', { cwd: ROOT, exclude: ['**/*.test.ts'] });
    const quoted = new RegExp(`['"\`]v?${version.replaceAll('.', '\\.')}['"\`]`);
    expect(sources.filter((file) => quoted.test(read(file)))).toEqual([]);
  });
});
