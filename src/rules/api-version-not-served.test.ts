import { describeRule } from '../../test/support/describe-rule.ts';
import { factsOf } from '../../test/support/facts.ts';
import { deployment, ingress, type RawObject } from '../../test/support/objects.ts';
import { apiVersionNotServed } from './api-version-not-served.ts';

const facts = factsOf({ version: '1.33.5-gke.1080000' });
const of = (apiVersion: string, object: RawObject): RawObject => ({ ...object, apiVersion });
const OLD = of('extensions/v1beta1', ingress({ class: 'gce' }));

describeRule(apiVersionNotServed, {
  finds: {
    'an Ingress of extensions/v1beta1': [
      { objects: [OLD], facts },
      'apiVersion: Kubernetes 1.33 does not serve extensions/v1beta1 of kind Ingress (gone since 1.22): the API server refuses it.',
    ],
    'an Ingress of networking.k8s.io/v1beta1': [
      { objects: [of('networking.k8s.io/v1beta1', ingress({ class: 'gce' }))], facts },
      'apiVersion: Kubernetes 1.33 does not serve networking.k8s.io/v1beta1 of kind Ingress (gone since 1.22): the API server refuses it.',
    ],
    'a Deployment of apps/v1beta2': [
      { objects: [of('apps/v1beta2', deployment())], facts },
      'apiVersion: Kubernetes 1.33 does not serve apps/v1beta2 of kind Deployment (gone since 1.16): the API server refuses it.',
    ],
  },
  passes: {
    'the version that is served': { objects: [ingress({ class: 'gce' })], facts },
    'a cluster whose version is not known': [OLD],
    'a cluster that still serves it': { objects: [OLD], facts: factsOf({ version: '1.21.14-gke.18800' }) },
    'an Ingress of another controller': { objects: [of('extensions/v1beta1', ingress({ class: 'nginx' }))], facts },
  },
});
