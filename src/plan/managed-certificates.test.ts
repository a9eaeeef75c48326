import { describe, expect, it } from 'vitest';
import { parsed } from '../../test/support/corridor.ts';
import { ingress, managedCertificate, type RawObject } from '../../test/support/objects.ts';
import type { Ingress } from '../kubernetes/objects.ts';
import { createSnapshot } from '../snapshot/snapshot.ts';
import { type ManagedCertificatesPlan, planManagedCertificates } from './managed-certificates.ts';
import { planTls } from './tls.ts';

const MANAGED = 'networking.gke.io/managed-certificates';

type Options = NonNullable<Parameters<typeof ingress>[0]>;

function planned(options: Options, neighbours: readonly RawObject[] = []): ManagedCertificatesPlan {
  const object = parsed(ingress(options)) as Ingress;
  return planManagedCertificates(object, planTls(object), createSnapshot(neighbours.map(parsed), 'listed'));
}

const uncoveredOf = (hosts: readonly string[], domains: readonly string[], options: Options = {}): readonly string[] =>
  planned(
    {
      annotations: { [MANAGED]: 'shop', ...options.annotations },
      spec: { rules: hosts.map((host) => ({ host, http: { paths: [] } })) },
      ...(options.tls === undefined ? {} : { tls: options.tls }),
    },
    [managedCertificate({ name: 'shop', domains })],
  ).uncoveredHosts;

describe('the ManagedCertificates of an Ingress', () => {
  it('are looked up by name in its namespace, each once', () => {
    const neighbours = [
      managedCertificate({ name: 'shop', domains: ['shop.example.com'] }),
      managedCertificate({ name: 'api', namespace: 'api' }),
    ];
    const { references } = planned({ annotations: { [MANAGED]: ' shop,api, shop ,' } }, neighbours);
    expect(references.map(({ state, name }) => `${name} ${state}`)).toEqual(['shop found', 'api missing']);
  });

  it('are not taken to be missing where none is known', () => {
    const { references, uncoveredHosts } = planned({
      annotations: { [MANAGED]: 'shop' },
      spec: { rules: [{ host: 'shop.example.com', http: { paths: [] } }] },
    });
    expect({ references, uncoveredHosts }).toEqual({
      references: [{ state: 'unknown', name: 'shop' }],
      uncoveredHosts: [],
    });
  });
});

describe('a host without a certificate', () => {
  it.each([
    ['the very domain', 'shop.example.com', 'shop.example.com'],
    ['the domain in capitals, with the dot of the root', 'shop.example.com', 'Shop.Example.com.'],
    ['a wildcard over the domain', '*.example.com', 'shop.example.com'],
    ['a host that the wildcard of a domain is meant for', 'shop.example.com', '*.example.com'],
    ['a host far under the wildcard of a domain', 'a.b.example.com', '*.example.com'],
    ['a wildcard under the wildcard of a domain', '*.shop.example.com', '*.example.com'],
    ['a wildcard over the wildcard of a domain', '*.example.com', '*.shop.example.com'],
  ])('is not %s', (_, host, domain) => {
    expect(uncoveredOf([host], [domain])).toEqual([]);
  });

  it.each([
    ['beside the domain', 'api.example.com', 'shop.example.com'],
    ['under the domain', 'api.shop.example.com', 'shop.example.com'],
    ['above the domain', 'example.com', 'shop.example.com'],
    ['a wildcard under the domain', '*.shop.example.com', 'shop.example.com'],
    ['that only ends like it', 'my-example.com', 'example.com'],
  ])('is one %s', (_, host, domain) => {
    expect(uncoveredOf([host], [domain])).toEqual([host]);
  });

  it('is none where certificates of other kinds may be for it', () => {
    const hosts = ['api.example.com'];
    const annotations = { 'ingress.gcp.kubernetes.io/pre-shared-cert': 'mcrt-1, api' };
    expect(uncoveredOf(hosts, ['shop.example.com'], { annotations })).toEqual([]);
    expect(uncoveredOf(hosts, ['shop.example.com'], { tls: [{ secretName: 'api' }] })).toEqual([]);
    expect(uncoveredOf(hosts, ['shop.example.com'], { tls: [{ hosts }] })).toEqual(hosts);
  });

  it('is found in time that grows with hosts and domains, not with their product', () => {
    const names = (count: number, under: string): readonly string[] =>
      Array.from({ length: count }, (_, index) => `${index}.${under}`);
    const hosts = names(20_000, 'a.example.com');
    expect(uncoveredOf(hosts, names(20_000, 'b.example.com'))).toEqual(hosts);
    expect(uncoveredOf([`${'a.'.repeat(100_000)}com`], ['shop.example.com'])).toHaveLength(1);
  });

  it('is none where a certificate has no domains at all, or there is no host', () => {
    expect(uncoveredOf(['shop.example.com'], [])).toEqual([]);
    expect(uncoveredOf([''], ['shop.example.com'])).toEqual([]);
  });
});
