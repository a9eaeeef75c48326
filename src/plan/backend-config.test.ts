import { describe, expect, it } from 'vitest';
import { factsOf } from '../../test/support/facts.ts';
import { backendConfig, ingress, type RawObject, service } from '../../test/support/objects.ts';
import { backendOf, faultsOf, planOf } from '../../test/support/plan-of.ts';

const GA = 'cloud.google.com/backend-config';
const BETA = 'beta.cloud.google.com/backend-config';
const configs = ['web', 'other'].map((name) => backendConfig({ name }));

/** Facts §3.4 */
describe('the BackendConfig of a port', () => {
  it.each([
    ['none without annotation', {}, undefined],
    ['the default', { [GA]: '{"default": "web"}' }, 'web'],
    [
      'by port name before number and default',
      { [GA]: '{"ports": {"http": "web", "80": "other"}, "default": "other"}' },
      'web',
    ],
    ['by port number before default', { [GA]: '{"ports": {"80": "web"}, "default": "other"}' }, 'web'],
    ['a matched empty name ends the search', { [GA]: '{"ports": {"http": ""}, "default": "other"}' }, undefined],
    ['no entry for this port is no error', { [GA]: '{"ports": {"grpc": "web"}}' }, undefined],
    ['not even where the other one is not there', { [GA]: '{"ports": {"grpc": "gone"}}' }, undefined],
    ['the beta key', { [BETA]: '{"default": "web"}' }, 'web'],
    ['the newer key before the beta one', { [GA]: '{"default": "web"}', [BETA]: '{"default": "other"}' }, 'web'],
    ['a bad newer key is not rescued', { [GA]: 'x', [BETA]: '{"default": "web"}' }, 'C9 ErrSvcBackendConfig'],
    ['an empty object', { [GA]: '{}' }, 'C9 ErrSvcBackendConfig'],
    ['null', { [GA]: 'null' }, 'C9 ErrSvcBackendConfig'],
    ['only unknown keys', { [GA]: '{"port1": "web"}' }, 'C9 ErrSvcBackendConfig'],
    ['an empty text', { [GA]: '' }, 'C9 ErrSvcBackendConfig'],
    ['an empty default without ports', { [GA]: '{"default": ""}' }, 'C9 ErrSvcBackendConfig'],
    ['one that is not there', { [GA]: '{"default": "gone"}' }, 'C10 ErrSvcBackendConfig'],
  ])('%s', (_name, annotations, expected) => {
    const { error, backendConfig: found } = backendOf([
      ingress({ class: 'gce' }),
      service({ type: 'NodePort', annotations }),
      ...configs,
    ]);
    const chosen = found.state === 'found' ? found.object.metadata.name : undefined;
    expect(error === undefined ? chosen : `${error.condition} ${error.code}`).toBe(expected);
  });

  it('is not blamed for being absent where no BackendConfig of the namespace is known', () => {
    const web = service({ type: 'NodePort', annotations: { [GA]: '{"default": "gone"}' } });
    const backend = backendOf([ingress({ class: 'gce' }), web, backendConfig({ namespace: 'elsewhere' })]);
    expect([backend.error, backend.backendConfig.state]).toEqual([undefined, 'unknown']);
  });
});

const REGIONAL = factsOf({ controller: { enableIngressRegionalExternal: true } });
const secret = (name: string, ...keys: string[]): RawObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace: 'shop' },
  stringData: Object.fromEntries(keys.map((key) => [key, 'example'])),
});
const IAP = { enabled: true, oauthclientCredentials: { secretName: 'oauth' } };
const CDN = { enabled: true, signedUrlKeys: [{ keyName: 'k', secretName: 'cdn' }] };

function withConfig(spec: RawObject, name: string): readonly RawObject[] {
  const web = service({ neg: '{"ingress": true}', annotations: { [GA]: '{"default": "web"}' } });
  return [ingress({ class: name }), web, backendConfig({ spec })];
}

/** Facts §3.4, Validate: the first fault only. */
describe('what the controller refuses about a BackendConfig', () => {
  it.each([
    ['IAP with CDN', { iap: { enabled: true }, cdn: { enabled: true } }, 'gce', [], 'C11 spec.cdn.enabled'],
    ['IAP off with CDN', { iap: { enabled: false }, cdn: { enabled: true } }, 'gce', [], undefined],
    [
      'IAP on the regional class',
      { iap: { enabled: true }, cdn: { enabled: true } },
      'gce-regional-external',
      [],
      'C12 spec.iap.enabled',
    ],
    ['CDN on the regional class', { cdn: { enabled: true } }, 'gce-regional-external', [], 'C12 spec.cdn.enabled'],
    ['CDN on the internal class goes unchecked', { cdn: { enabled: true } }, 'gce-internal', [], undefined],
    ['a Secret of which nothing is known', { iap: IAP }, 'gce', [], undefined],
    [
      'a Secret that is not there',
      { iap: IAP },
      'gce',
      [secret('x')],
      'C13 spec.iap.oauthclientCredentials.secretName',
    ],
    [
      'a Secret without client_secret',
      { iap: IAP },
      'gce',
      [secret('oauth', 'client_id')],
      'C13 spec.iap.oauthclientCredentials.secretName',
    ],
    ['a Secret with both keys', { iap: IAP }, 'gce', [secret('oauth', 'client_id', 'client_secret')], undefined],
    [
      'the Secret comes before IAP with CDN',
      { iap: IAP, cdn: { enabled: true } },
      'gce',
      [secret('x')],
      'C13 spec.iap.oauthclientCredentials.secretName',
    ],
    [
      'a signed URL key without key_value',
      { cdn: CDN },
      'gce',
      [secret('cdn')],
      'C13 spec.cdn.signedUrlKeys.0.secretName',
    ],
    ['a signed URL key', { cdn: CDN }, 'gce', [secret('cdn', 'key_value')], undefined],
    [
      'an affinity that is none',
      { sessionAffinity: { affinityType: 'COOKIE' } },
      'gce',
      [],
      'C11 spec.sessionAffinity.affinityType',
    ],
    ['no affinity type', { sessionAffinity: { affinityCookieTtlSec: 0 } }, 'gce', [], undefined],
    [
      'a negative TTL',
      { sessionAffinity: { affinityCookieTtlSec: -1 } },
      'gce',
      [],
      'C11 spec.sessionAffinity.affinityCookieTtlSec',
    ],
    [
      'a sample rate, even with logging off',
      { logging: { enable: false, sampleRate: 1.1 } },
      'gce',
      [],
      'C11 spec.logging.sampleRate',
    ],
  ])('%s', (_name, spec, className, more, expected) => {
    const { error } = backendOf([...withConfig(spec, className), ...more], REGIONAL);
    const found = error !== undefined && 'fault' in error ? error.fault : undefined;
    expect(found && `${found.condition} ${found.path.join('.')}`).toBe(expected);
    expect(error?.code).toBe(expected && 'ErrBackendConfigValidation');
  });

  it.each([
    [
      'a health check type',
      { healthCheck: { type: 'TCP' } },
      'gce',
      ['C31 BackendConfig/shop/web spec.healthCheck.type'],
    ],
    [
      'an empty health check type',
      { healthCheck: { type: '' } },
      'gce',
      ['C31 BackendConfig/shop/web spec.healthCheck.type'],
    ],
    [
      'a security policy on a regional class',
      { securityPolicy: { name: '' } },
      'gce-internal',
      ['C30 BackendConfig/shop/web spec.securityPolicy'],
    ],
    ['a security policy on the global class', { securityPolicy: { name: 'armor' } }, 'gce', []],
    [
      'four signed URL keys',
      { cdn: { enabled: true, signedUrlKeys: [{}, {}, {}, {}] } },
      'gce',
      ['G4 BackendConfig/shop/web spec.cdn.signedUrlKeys'],
    ],
  ])('fails later, in the sync: %s', (_name, spec, className, expected) => {
    expect(faultsOf(withConfig(spec, className))).toEqual(expected);
    expect(planOf(withConfig(spec, className)).backends[0]?.group).toBe('neg');
  });
});
