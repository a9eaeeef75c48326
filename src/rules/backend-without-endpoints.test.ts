import { describeRule } from '../../test/support/describe-rule.ts';
import { deployment, ingress, type RawObject, service } from '../../test/support/objects.ts';
import { backendWithoutEndpoints } from './backend-without-endpoints.ts';

const NEG = '{"ingress": true}';
const INGRESS = ingress({ class: 'gce' });
const THEN = 'so Ingress "web" has no endpoints to send requests to.';
const KINDS = '(Unless another kind than Deployment, StatefulSet, DaemonSet makes them.)';
const DEFAULTS = "A health check that is made now is Google's default, GET /, and keeps that.";

function labelled(labels: RawObject, name = 'web', namespace = 'shop'): RawObject {
  return deployment({ name, namespace, spec: { template: { metadata: { labels }, spec: { containers: [] } } } });
}

/** The same Pods, made by another kind. */
const madeBy = (apiVersion: string, kind: string): RawObject => ({ ...deployment(), apiVersion, kind });

const asleep = (name = 'web'): RawObject => deployment({ name, spec: { replicas: 0 } });

describeRule(backendWithoutEndpoints, {
  finds: {
    'the selector misses the labels of the Pods by a letter': [
      [service({ neg: NEG }), labelled({ app: 'webb' }), INGRESS],
      `(possible) (late) spec.selector: no Pods are known with the labels app=web, ${THEN} Deployment/shop/web has app=webb. ${KINDS}`,
    ],
    'a label that no Pod has': [
      [service({ neg: NEG, spec: { selector: { app: 'web', tier: 'front' } } }), labelled({ app: 'web' }), INGRESS],
      `(possible) (late) spec.selector: no Pods are known with the labels app=web,tier=front, ${THEN} ${KINDS}`,
    ],
    'the Pods are in another namespace': [
      [service({ neg: NEG }), labelled({ app: 'web' }, 'web', 'other'), labelled({ app: 'cron' }, 'cron'), INGRESS],
      `(possible) (late) spec.selector: no Pods are known with the labels app=web, ${THEN} ${KINDS}`,
    ],
    'a short value that another is near by chance, and a label that the Pods lack': [
      [
        service({ neg: NEG, spec: { selector: { app: 'v1' } } }),
        labelled({ app: 'v2' }),
        labelled({}, 'bare'),
        INGRESS,
      ],
      `(possible) (late) spec.selector: no Pods are known with the labels app=v1, ${THEN} ${KINDS}`,
    ],
    'zero replicas': [
      [service({ neg: NEG }), asleep(), INGRESS],
      `(possible) spec.selector: Deployment "web" has 0 replicas, ${THEN} ${DEFAULTS}`,
    ],
    'zero replicas of each of two': [
      [service({ neg: NEG }), asleep('blue'), asleep('green'), INGRESS],
      `(possible) spec.selector: Deployment "blue" and Deployment "green" have 0 replicas, ${THEN} ${DEFAULTS}`,
    ],
    'no selector, behind a NEG': [
      [service({ neg: NEG, spec: { selector: null } }), INGRESS],
      `(possible) spec: it has no selector, ${THEN} A NEG takes only endpoints that are Pods.`,
    ],
    'an empty selector, behind an instance group': [
      [service({ type: 'NodePort', spec: { selector: {} } }), INGRESS],
      `(possible) spec: it has no selector, ${THEN} (Unless its EndpointSlices are kept by hand.)`,
    ],
  },
  passes: {
    'the selector matches the Pods of a Deployment': [service({ neg: NEG }), deployment(), INGRESS],
    'the selector matches the Pods of a Rollout, beside a Deployment of another app': [
      service({ neg: NEG }),
      madeBy('argoproj.io/v1alpha1', 'Rollout'),
      labelled({ app: 'cron' }, 'cron'),
      INGRESS,
    ],
    'the selector matches the Pods of a ReplicationController, beside a Deployment of another app': [
      service({ neg: NEG }),
      madeBy('v1', 'ReplicationController'),
      labelled({ app: 'cron' }, 'cron'),
      INGRESS,
    ],
    'the selector matches the Pods of a Job, beside a Deployment of another app': [
      service({ neg: NEG }),
      madeBy('batch/v1', 'Job'),
      labelled({ app: 'cron' }, 'cron'),
      INGRESS,
    ],
    'one of two Deployments is scaled down': [service({ neg: NEG }), asleep('blue'), deployment(), INGRESS],
    'no workload is known: they may live in another repository': [
      service({ neg: NEG }),
      INGRESS,
      labelled({}, 'far', 'other'),
    ],
    'no Ingress is in front': [service({ neg: NEG, spec: { selector: null } }), deployment()],
    'an Ingress of another controller is in front': [
      service({ neg: NEG }),
      labelled({ app: 'other' }),
      ingress({ class: 'nginx' }),
    ],
    'a name in DNS is the business of another rule': [
      service({ type: 'ExternalName', neg: NEG, spec: { selector: null, externalName: 'db.example.com' } }),
      INGRESS,
    ],
  },
});
