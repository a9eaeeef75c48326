import { describe, expect, it } from 'vitest';
import { findMeantKey, ownerOf } from './annotation-owner.ts';

describe('ownerOf', () => {
  it.each([
    ['cloud.google.com/neg', 'Service'],
    ['beta.cloud.google.com/backend-config', 'Service'],
    ['networking.gke.io/v1beta1.FrontendConfig', 'Ingress'],
    ['kubernetes.io/ingress.allow-http', 'Ingress'],
    // Other controllers read the class, and the two kinds may both have the rest.
    ['kubernetes.io/ingress.class', undefined],
    ['networking.gke.io/suppress-firewall-xpn-error', undefined],
    ['cloud.google.com/neg-status', undefined],
    ['constructor', undefined],
  ])('says where %s is read: %s', (key, owner) => {
    expect(ownerOf(key)).toBe(owner);
  });
});

describe('findMeantKey', () => {
  it.each([
    ['networking.gke.io/neg', 'cloud.google.com/neg'],
    ['cloud.google.com/NEG', 'cloud.google.com/neg'],
    ['cloud.google.com/backendconfig', 'cloud.google.com/backend-config'],
    ['service.beta.kubernetes.io/app-protocols', 'cloud.google.com/app-protocols'],
    ['networking.gke.io/v1.FrontendConfig', 'networking.gke.io/v1beta1.FrontendConfig'],
    ['cloud.google.com/managed-certificates', 'networking.gke.io/managed-certificates'],
    ['ingress.kubernetes.io/allow-http', 'kubernetes.io/ingress.allow-http'],
  ])('takes %s for %s', (key, meant) => {
    expect(findMeantKey(key)).toBe(meant);
  });

  it.each([
    ['a key that is read', 'cloud.google.com/neg'],
    ['a key that is read on the other kind', 'service.alpha.kubernetes.io/app-protocols'],
    ['a key of Multi Cluster Ingress', 'networking.gke.io/static-ip'],
    ['a key that the controller writes', 'ingress.kubernetes.io/static-ip'],
    ['the prefix of somebody else', 'nginx.ingress.kubernetes.io/neg'],
    ['no prefix', 'neg'],
    ['an empty prefix', '/neg'],
    ['a name that says nothing', 'cloud.google.com/negs'],
  ])('takes %s for nothing else: %s', (_, key) => {
    expect(findMeantKey(key)).toBeUndefined();
  });
});
