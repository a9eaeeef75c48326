import { describe, expect, it } from 'vitest';
import { parsed } from '../../test/support/corridor.ts';
import { ingress } from '../../test/support/objects.ts';
import type { Ingress } from '../kubernetes/objects.ts';
import { planTls } from './tls.ts';

const PRE_SHARED = 'ingress.gcp.kubernetes.io/pre-shared-cert';
const MANAGED = 'networking.gke.io/managed-certificates';

function countOf(preShared: string, managed: string, secretNames: readonly string[] = []): number {
  const tls = secretNames.map((secretName) => ({ secretName }));
  return planTls(parsed(ingress({ annotations: { [PRE_SHARED]: preShared, [MANAGED]: managed }, tls })) as Ingress)
    .certificateCount;
}

describe('the number of certificates', () => {
  it('is that of all kinds together, each name once', () => {
    expect(countOf('a, b,a', 'c', ['d', 'd', 'e', ''])).toBe(5);
  });

  it('has a managed certificate once, which stands under two names after it has been issued', () => {
    expect(countOf('mcrt-1,mcrt-2', 'c,d')).toBe(2);
    expect(countOf('a,mcrt-1', 'c,d')).toBe(3);
  });

  it('has what is still attached of managed certificates that are no longer named', () => {
    expect(countOf('mcrt-1,mcrt-2', 'c')).toBe(2);
    expect(countOf('mcrt-1,mcrt-2', '')).toBe(2);
  });

  it('is none where nothing is named', () => {
    expect(countOf(' , ', '')).toBe(0);
  });
});
