import { at, type JsonObject, objectsOf } from '../../kubernetes/read.ts';
import { aboutService, type Check } from '../check.ts';
import { kubectl } from '../fix.ts';
import { isIn, listed } from '../installation.ts';

export const endpointsReady: Check = {
  id: 'endpoints-ready',
  looksAt: 'At least one endpoint of the Service is ready.',
  why: 'Otherwise nobody answers, and GKE reports the webhook as K8S_ADMISSION_WEBHOOK_UNAVAILABLE.',
  ok: 'the Service has ready endpoints',
  needs: ['service', 'endpointSlices'],
  subject: aboutService,
  run: (installation) => {
    const { namespace, name } = installation.guard;
    const endpoints = listed(installation, 'endpointSlices')
      .filter((slice) => isIn(slice, namespace) && serviceOf(slice) === name)
      .flatMap((slice) => objectsOf(at(slice, 'endpoints')));
    // An absent condition counts as ready (discovery.k8s.io/v1).
    if (endpoints.some((endpoint) => at(endpoint, 'conditions', 'ready') !== false)) return [];
    const what = endpoints.length === 0 ? 'it has no endpoints' : `no endpoint of ${endpoints.length} is ready`;
    return [
      {
        status: 'error',
        subject: aboutService(installation),
        message: `${what}: nobody answers the API server, and GKE reports K8S_ADMISSION_WEBHOOK_UNAVAILABLE. With failurePolicy Ignore everything is stored unseen, with Fail nobody can deploy.`,
        fix: [
          kubectl(namespace, 'get', 'pods', '-o', 'wide'),
          '; ',
          kubectl(namespace, 'describe', 'pods'),
          '; ',
          kubectl(namespace, 'logs', `deployment/${name}`, '--all-pods', '--tail=50'),
        ],
      },
    ];
  },
};

function serviceOf(slice: JsonObject): unknown {
  return at(slice, 'metadata', 'labels', 'kubernetes.io/service-name');
}
