// What does nothing until something names it, and where nobody who is known does: one line, where whoever names it may be
// elsewhere, and a finding where that is known.
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { backendConfig, ingress, type RawObject, service } from '../support/objects.ts';
import { directoryOf, run, unwrapped } from './support.ts';

const ON = ['--facts', 'examples/addon-on.yaml'];
const LINE = 'Named by nothing here, so without effect unless something elsewhere does: ';
const ARMOR = backendConfig({ name: 'armor', spec: { securityPolicy: { name: 'edge' } } });
const CHECK = backendConfig({ name: 'check', spec: { healthCheck: { requestPath: '/healthz' } } });
const FRONT: RawObject = {
  apiVersion: 'networking.gke.io/v1beta1',
  kind: 'FrontendConfig',
  metadata: { name: 'front', namespace: 'shop' },
  spec: { redirectToHttps: { enabled: true } },
};
const naming = (name: string): RawObject =>
  service({ neg: '{"ingress": true}', annotations: { 'cloud.google.com/backend-config': `{"default": "${name}"}` } });

async function said(objects: readonly RawObject[], ...options: readonly string[]): Promise<string> {
  const root = directoryOf({ 'all.yaml': objects.map((one) => stringify(one)).join('---\n') });
  const { out } = await run(['check', root, ...ON, ...options]);
  return unwrapped(out);
}

describe('what nobody here names', () => {
  it.each<[string, readonly RawObject[], string]>([
    ['a BackendConfig alone', [ARMOR], 'BackendConfig/shop/armor'],
    ['a FrontendConfig alone', [FRONT], 'FrontendConfig/shop/front'],
    ['one without protection, beside Services', [CHECK, service()], 'BackendConfig/shop/check'],
    [
      'one with protection, where no Ingress is among the files',
      [ARMOR, naming('armor')],
      'BackendConfig/shop/armor (by Services behind no Ingress)',
    ],
  ])('is one line: %s', async (_, objects, expected) => {
    expect(await said(objects)).toContain(`\n${LINE}${expected}\n`.trimStart());
  });

  it.each<[string, readonly RawObject[], readonly string[]]>([
    ['a finding says it', [ARMOR, service()], []],
    ['a finding says it, with --complete', [ARMOR], ['--complete']],
    ['a finding says it of a FrontendConfig', [FRONT, ingress({ class: 'gce' })], []],
    ['it is named', [ARMOR, naming('armor'), ingress({ class: 'gce' })], []],
  ])('is no line where %s', async (_, objects, options) => {
    expect(await said(objects, ...options)).not.toContain(LINE);
  });

  it('is in the JSON', async () => {
    expect(JSON.parse(await said([ARMOR], '--format=json'))).toMatchObject({
      unnamed: [{ kind: 'BackendConfig', namespace: 'shop', name: 'armor' }],
    });
  });
});
