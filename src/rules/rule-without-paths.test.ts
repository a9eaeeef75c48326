import { describeRule } from '../../test/support/describe-rule.ts';
import { ingress, ingressOf, pathTo } from '../../test/support/objects.ts';
import { ruleWithoutPaths } from './rule-without-paths.ts';

const RULES = [{ host: 'shop.example.com', http: { paths: [pathTo('/', 'Prefix')] } }, { host: 'www.example.com' }];
const skipped = (host: string, index: number): string =>
  `spec.rules[${index}]: the rule for host "${host}" has no http and is skipped: its traffic goes to the default backend.`;

describeRule(ruleWithoutPaths, {
  finds: {
    'a host without paths': [[ingress({ class: 'gce', spec: { rules: RULES } })], skipped('www.example.com', 1)],
    'a rule without anything': [[ingress({ class: 'gce', spec: { rules: [{}] } })], skipped('*', 0)],
    'with a default backend of its own it may be meant': [
      [
        ingress({
          class: 'gce',
          spec: {
            defaultBackend: { service: { name: 'web', port: { number: 80 } } },
            rules: [{ host: 'a.example.com' }],
          },
        }),
      ],
      `(info) ${skipped('a.example.com', 0)}`,
    ],
  },
  passes: {
    'each rule has its paths': [ingressOf([pathTo('/', 'Prefix')])],
    'no rules at all': [ingress({ class: 'gce' })],
    'an Ingress of another controller': [ingress({ class: 'nginx', spec: { rules: RULES } })],
  },
});
