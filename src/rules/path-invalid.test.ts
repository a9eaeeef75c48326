import { describeRule } from '../../test/support/describe-rule.ts';
import { ingress, ingressOf, pathTo, type RawObject, service } from '../../test/support/objects.ts';
import { pathInvalid } from './path-invalid.ts';

const AT = 'spec.rules[0].http.paths[0]';
const HOST = 'of host "shop.example.com"';
const FAILS = 'so the whole Ingress fails to translate.';
const one = (path: string | undefined, pathType: string | undefined): RawObject => ingressOf([pathTo(path, pathType)]);

describeRule(pathInvalid, {
  finds: {
    'a Prefix path with the "/*" that GKE once wanted': [
      [ingressOf([pathTo('/', 'Prefix'), pathTo('/api/*', 'Prefix', 'api')])],
      `spec.rules[0].http.paths[1].path: path "/api/*" ${HOST} is of type Prefix and has a "*", ${FAILS}`,
    ],
    'a Prefix path that is nothing but it': [
      [one('/*', 'Prefix')],
      `${AT}.path: path "/*" ${HOST} is of type Prefix and has a "*", ${FAILS}`,
    ],
    'a "*" in the middle of a Prefix path': [
      [one('/api/*/users', 'Prefix')],
      `${AT}.path: path "/api/*/users" ${HOST} is of type Prefix and has a "*", ${FAILS}`,
    ],
    'a regular expression as a Prefix path': [
      [one('/api(/|$)(.*)', 'Prefix')],
      `${AT}.path: path "/api(/|$)(.*)" ${HOST} is of type Prefix and has a "*", ${FAILS}`,
    ],
    'an Exact path with a "*"': [
      [one('/api/*', 'Exact')],
      `${AT}.path: path "/api/*" ${HOST} is of type Exact and has a "*", ${FAILS}`,
    ],
    'a Prefix path that is empty': [
      [one('', 'Prefix')],
      `${AT}.path: path "" ${HOST} is of type Prefix and empty, ${FAILS}`,
    ],
    'an Exact path that is not there': [
      [one(undefined, 'Exact')],
      `${AT}.path: path "" ${HOST} is of type Exact and empty, ${FAILS}`,
    ],
    'a type in small letters': [
      [one('/', 'prefix')],
      `${AT}.pathType: path "/" ${HOST} has pathType "prefix", which does not exist, ${FAILS}`,
    ],
    'a type that does not exist': [
      [one('/', 'InvalidType')],
      `${AT}.pathType: path "/" ${HOST} has pathType "InvalidType", which does not exist, ${FAILS}`,
    ],
    'each path for itself, without host': [
      [ingressOf([pathTo('/a*', 'Prefix'), pathTo('/b', 'Prefix'), pathTo('/c*', 'Exact')], '')],
      `${AT}.path: path "/a*" is of type Prefix and has a "*", ${FAILS}`,
      `spec.rules[0].http.paths[2].path: path "/c*" is of type Exact and has a "*", ${FAILS}`,
    ],
    'behind a Service that is missing too': [
      [one('/*', 'Prefix'), service({ name: 'other' })],
      `${AT}.path: path "/*" ${HOST} is of type Prefix and has a "*", ${FAILS}`,
    ],
  },
  passes: {
    'Prefix without "*", and a final "/*" as ImplementationSpecific': [
      ingressOf([pathTo('/', 'Prefix'), pathTo('/api/*', 'ImplementationSpecific', 'api'), pathTo('/v2', 'Exact')]),
    ],
    'the fanout of the documentation of GKE': [
      ingressOf([pathTo('/*', 'ImplementationSpecific'), pathTo('/v2/*', 'ImplementationSpecific', 'web2')], ''),
    ],
    'ImplementationSpecific without path': [one(undefined, 'ImplementationSpecific')],
    'no type, as old API versions allow': [one('/*', undefined)],
    'neither path nor type': [one(undefined, undefined)],
    'Prefix with a slash at the end': [one('/api/', 'Prefix')],
    'a "*" that is misplaced in another type is the business of another rule': [
      one('/api/*/users', 'ImplementationSpecific'),
    ],
    'an Ingress of another controller': [
      ingress({ class: 'nginx', spec: { rules: [{ http: { paths: [pathTo('/api(/|$)(.*)', 'Prefix')] } }] } }),
    ],
    'Multi Cluster Ingress': [
      ingress({ class: 'gce-multi-cluster', spec: { rules: [{ http: { paths: [pathTo('/*', 'Prefix')] } }] } }),
    ],
  },
});
