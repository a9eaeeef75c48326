import { expect, it } from 'vitest';
import { ingress, service } from '../../test/support/objects.ts';
import { planOf } from '../../test/support/plan-of.ts';

const COMMAND = 'kubectl annotate service web -n shop';

it.each([
  ['sets it where there is none', undefined, `${COMMAND} cloud.google.com/neg='{"ingress": true}'`],
  ['overwrites what cannot be decoded', '{', `${COMMAND} --overwrite cloud.google.com/neg='{"ingress": true}'`],
  [
    'keeps exposed ports and zones',
    '{"exposed_ports": {"80": {}}, "zones": ["*"]}',
    `${COMMAND} --overwrite cloud.google.com/neg='{"ingress": true, "exposed_ports": {"80": {}}, "zones": ["*"]}'`,
  ],
  [
    'says so where names stand in the way',
    '{"exposed_ports": {"80": {"name": "x"}}}',
    'Add "ingress": true to cloud.google.com/neg, and remove the names in its exposed_ports, which do not go with it.',
  ],
])('the way to a NEG %s', (_name, neg, fix) => {
  const web = service(neg === undefined ? {} : { neg });
  expect(planOf([ingress({ class: 'gce' }), web]).problems[0]?.fix).toBe(fix);
});
