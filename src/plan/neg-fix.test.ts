import { spawnSync } from 'node:child_process';
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

it('is a command that runs nothing of what the annotation says', () => {
  const zone = `a'; touch pasted; $(touch pasted) \`touch pasted\` #`;
  const web = service({ neg: JSON.stringify({ exposed_ports: { 80: {} }, zones: [zone] }) });
  const fix = planOf([ingress({ class: 'gce' }), web]).problems[0]?.fix ?? '';
  const { stdout } = spawnSync('sh', ['-c', `kubectl() { printf '%s\\n' "$@"; }\n${fix}`], { encoding: 'utf8' });
  const value = stdout.split('\n').find((line) => line.startsWith('cloud.google.com/neg='));
  expect(JSON.parse(value?.slice('cloud.google.com/neg='.length) ?? '')).toEqual({
    ingress: true,
    exposed_ports: { 80: {} },
    zones: [zone],
  });
});
