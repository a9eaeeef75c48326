import type { RuleFinding, Wording } from '../judge/finding.ts';
import { advise, remove, removeAnnotation, set } from '../judge/fix.ts';
import { shortened } from '../judge/quoted.ts';
import { defineRule, type IngressContext } from '../judge/rule.ts';
import { annotationPath } from '../kubernetes/field-path.ts';
import { PRE_SHARED_CERT } from '../plan/annotation-keys.ts';
import { CACHE_ALL_STATIC } from '../plan/cdn.ts';
import type { FaultOf } from '../plan/fault.ts';

export const configValueDropped = defineRule({
  id: 'config-value-dropped',
  judges: ['BackendConfig', 'Ingress'],
  severity: 'warning',
  summary: 'A value is well-formed, and the GKE Ingress controller drops it without a word.',
  why: 'The controller sets the TTLs of Cloud CDN to 0 where the cache mode has none (pkg/backends/features/cdn.go), and takes an empty annotation for none at all. Nothing reports that what is written does not apply.',
  fix: 'Remove the value, or choose the mode in which it counts.',
  covers: ['C57'],
  references: [
    'https://cloud.google.com/cdn/docs/using-ttl-overrides',
    'https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration',
  ],
  words: { C57: wordTtl },
  check: { Ingress: findEmpty },
});

function wordTtl({ config, path, fault: { name, cacheMode } }: FaultOf<'C57'>): Wording {
  const isSaid = cacheMode === config.cdn?.cacheMode;
  return {
    message: `${name} is not used: the cache mode is ${shortened(cacheMode, 40)}${isSaid ? '' : ' by default'}.`,
    identity: name,
    fix: [remove(config, path), set(config, ['spec', 'cdn', 'cacheMode'], CACHE_ALL_STATIC)],
  };
}

function findEmpty({ ingress }: IngressContext): readonly RuleFinding[] {
  if (ingress.metadata.annotations[PRE_SHARED_CERT] !== '') return [];
  return [
    {
      path: annotationPath(PRE_SHARED_CERT),
      message: `the annotation ${PRE_SHARED_CERT} is empty, so it names no certificate: the controller takes it for none.`,
      fix: [removeAnnotation(ingress, PRE_SHARED_CERT), advise('name a certificate of Google Cloud in it')],
    },
  ];
}
