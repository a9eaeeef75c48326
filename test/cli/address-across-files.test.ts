// Google knows no files: an address that two of them name is one address.
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { ingress, type RawObject, service } from '../support/objects.ts';
import { check, directoryOf } from './support.ts';

const ON = ['--facts', 'examples/addon-on.yaml'];
const IP = { 'kubernetes.io/ingress.global-static-ip-name': 'front-ip' };

const asking = (name: string): RawObject => ingress({ name, class: 'gce', annotations: IP });
const WEB = service({ neg: '{"ingress": true}' });
/** The Service of another stage: what is twice makes two worlds of the input. */
const OTHER_WEB = service({ neg: '{"ingress": true}', ports: [{ port: 80, targetPort: 9090 }] });

const fileOf = (...objects: readonly RawObject[]): string => objects.map((one) => stringify(one)).join('---\n');

async function sharing(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { document } = await check(directoryOf(files), ['.'], ON);
  return document.findings
    .filter(({ rule }) => rule === 'address-shared')
    .map(({ object, severity, certain }) => `${certain ? '' : 'possible '}${severity} ${object.kind}/${object.name}`);
}

describe('two Ingresses on one address', () => {
  it.each<[string, Readonly<Record<string, string>>]>([
    ['in one file', { 'all.yaml': fileOf(asking('a'), asking('b'), WEB) }],
    ['in two files', { 'a.yaml': fileOf(asking('a'), WEB), 'b.yaml': fileOf(asking('b')) }],
    [
      'in two files that repeat their Service',
      { 'a.yaml': fileOf(asking('a'), WEB), 'b.yaml': fileOf(asking('b'), WEB) },
    ],
    ['in two directories', { 'a/a.yaml': fileOf(asking('a'), WEB), 'b/b.yaml': fileOf(asking('b'), OTHER_WEB) }],
  ])('are told once: %s', async (_, files) => {
    expect(await sharing(files)).toEqual(['error Ingress/b']);
  });

  it('are one where the same Ingress stands in two stages', async () => {
    const files = { 'a/a.yaml': fileOf(asking('web'), WEB), 'b/b.yaml': fileOf(asking('web'), OTHER_WEB) };
    expect(await sharing(files)).toEqual([]);
  });
});
