import { describeRule } from '../../test/support/describe-rule.ts';
import { ingress, pathTo, type RawObject } from '../../test/support/objects.ts';
import { hostRepeated } from './host-repeated.ts';

const rule = (host: string | undefined, path: string, service = 'web'): RawObject => ({
  ...(host === undefined ? {} : { host }),
  http: { paths: [pathTo(path, 'Prefix', service)] },
});
const rules = (...list: readonly RawObject[]): RawObject => ingress({ class: 'gce', spec: { rules: list } });

const SHOP = 'shop.example.com';
const replaced = (host: string, earlier: number, later: number): string =>
  `host "${host}" has two rules: the later, spec.rules[${later}], replaces spec.rules[${earlier}] and its paths.`;

describeRule(hostRepeated, {
  finds: {
    'one rule for each path of a host': [
      [rules(rule(SHOP, '/'), rule(SHOP, '/api', 'api'))],
      `spec.rules[0].host: ${replaced(SHOP, 0, 1)}`,
    ],
    'three of them, of which the last counts': [
      [rules(rule(SHOP, '/'), rule(SHOP, '/a', 'a'), rule('www.example.com', '/'), rule(SHOP, '/b', 'b'))],
      `spec.rules[0].host: ${replaced(SHOP, 0, 1)}`,
      `spec.rules[1].host: ${replaced(SHOP, 1, 3)}`,
    ],
    'no host is a host too': [
      [rules(rule(undefined, '/'), rule('', '/api', 'api'))],
      `spec.rules[0]: ${replaced('*', 0, 1)}`,
    ],
  },
  needsMore: {
    'three of them, of which the last counts': 'each of the earlier rules has to go',
  },
  passes: {
    'each host has one rule with all of its paths': [rules(rule(SHOP, '/'), rule('www.example.com', '/'))],
    'a wildcard is another host': [rules(rule(SHOP, '/'), rule('*.example.com', '/'), rule(undefined, '/'))],
    'a rule without http is skipped and replaces nothing': [rules(rule(SHOP, '/'), { host: SHOP })],
    'other controllers merge them': [
      ingress({ class: 'nginx', spec: { rules: [rule(SHOP, '/'), rule(SHOP, '/api', 'api')] } }),
    ],
  },
});
