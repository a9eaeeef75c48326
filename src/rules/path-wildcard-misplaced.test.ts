import { describeRule } from '../../test/support/describe-rule.ts';
import { ingress, ingressOf, pathTo, type RawObject } from '../../test/support/objects.ts';
import { pathWildcardMisplaced } from './path-wildcard-misplaced.ts';

const AT = 'spec.rules[0].http.paths[0].path';
const REFUSED = 'it refuses the URL map of the whole Ingress.';
const NO_OTHER = `has a "*" that is no final "/*", and Google takes no other: ${REFUSED}`;
const PATTERN = `is a pattern, and Google knows none but a final "/*": ${REFUSED}`;
const LITERAL = 'is a pattern, and Google knows none but a final "/*": taken literally, it matches no request.';

const specific = (path: string): RawObject => ingressOf([pathTo(path, 'ImplementationSpecific')]);
const said = (path: string, what: string): string => `${AT}: path "${path}" of host "shop.example.com" ${what}`;

describeRule(pathWildcardMisplaced, {
  finds: {
    'a rewrite of ingress-nginx': [[specific('/api(/|$)(.*)')], said('/api(/|$)(.*)', PATTERN)],
    'a "*" without a slash before it': [[specific('/api*')], said('/api*', NO_OTHER)],
    'a "*" in the middle': [[specific('/api/*/users')], said('/api/*/users', NO_OTHER)],
    'two of them': [[specific('/api/*/*')], said('/api/*/*', NO_OTHER)],
    'a "*" and nothing else': [[specific('*')], said('*', NO_OTHER)],
    'no type': [[ingressOf([pathTo('/**', undefined)])], said('/**', NO_OTHER)],
    'all files of a kind': [[specific('/static/.*')], said('/static/.*', PATTERN)],
    'a question mark': [
      [specific('/search?q=1')],
      said('/search?q=1', `has a "?", which Google takes in no path: ${REFUSED}`),
    ],
    'a fragment': [[specific('/a#b')], said('/a#b', `has a "#", which Google takes in no path: ${REFUSED}`)],
    'a query in an Exact path': [
      [ingressOf([pathTo('/search?q=1', 'Exact')])],
      said('/search?q=1', `has a "?", which Google takes in no path: ${REFUSED}`),
    ],
    'a "*" in a path without its first slash': [[specific('api*')], said('api*', NO_OTHER)],
    'a query in a Prefix path': [
      [ingressOf([pathTo('/search?q=1', 'Prefix')])],
      said('/search?q=1', `has a "?", which Google takes in no path: ${REFUSED}`),
    ],
    'two patterns that one plain path would replace, and one that is there already': [
      [
        ingressOf([
          pathTo('/(.*)', 'ImplementationSpecific'),
          pathTo('/.*', 'ImplementationSpecific', 'app'),
          pathTo('/api/*', 'ImplementationSpecific', 'api'),
          pathTo('/api(/|$)(.*)', 'ImplementationSpecific', 'api'),
        ]),
      ],
      said('/(.*)', PATTERN),
      said('/.*', PATTERN).replace('paths[0]', 'paths[1]'),
      said('/api(/|$)(.*)', PATTERN).replace('paths[0]', 'paths[3]'),
    ],
    'a regular expression that Google takes literally': [
      [specific('/v[0-9]/users')],
      `(possible) (warning) ${said('/v[0-9]/users', LITERAL)}`,
    ],
    'an anchor': [[specific('/users$')], `(possible) (warning) ${said('/users$', LITERAL)}`],
    'a template in a Prefix path': [
      [ingressOf([pathTo('/users/{id}', 'Prefix')])],
      `(possible) (warning) ${said('/users/{id}', LITERAL)}`,
    ],
    'an alternative': [[specific('/(a|b)')], `(possible) (warning) ${said('/(a|b)', LITERAL)}`],
  },
  passes: {
    'a "/*" at the end': [
      ingressOf([pathTo('/api/*', 'ImplementationSpecific'), pathTo('/*', 'ImplementationSpecific')]),
    ],
    'no path, which means everything': [ingressOf([pathTo(undefined, 'ImplementationSpecific')])],
    'characters that are legal in a path': [specific("/Products(1)/$metadata/a+b,c;d=e/@x/~u/a.b/100%25/it's")],
    'an email address or a file': [ingressOf([pathTo('/.well-known/security.txt', 'Exact')])],
    'a Prefix path with a "*" is the business of another rule': [ingressOf([pathTo('/api/*/users', 'Prefix')])],
    'a path without its first slash, which the API server refuses': [specific('api')],
    'an Ingress of another controller': [
      ingress({ class: 'nginx', spec: { rules: [{ http: { paths: [pathTo('/(.*)', 'ImplementationSpecific')] } }] } }),
    ],
  },
});
