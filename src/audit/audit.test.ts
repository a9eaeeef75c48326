import { describe, expect, it } from 'vitest';
import { corridorOf, type PolicyChanges, parsed, policyOf } from '../../test/support/corridor.ts';
import { ADD_ON_ON } from '../../test/support/facts.ts';
import { deployment, ingress, type RawObject, service } from '../../test/support/objects.ts';
import { LiveSnapshot } from '../snapshot/live-snapshot.ts';
import { createSnapshot } from '../snapshot/snapshot.ts';
import type { Corridor } from '../verdict/corridor.ts';
import { type Audited, auditObjects } from './audit.ts';

const LOST = ingress({ name: 'lost', class: 'gce', service: 'absent' });
const RULE = 'backend-service-missing';

function corridorFor(objects: readonly RawObject[], changes: PolicyChanges = {}): Corridor {
  const snapshot = createSnapshot(objects.map(parsed), 'everything');
  return { ...corridorOf([], { facts: ADD_ON_ON, policy: policyOf(changes) }), snapshot };
}

function audit(objects: readonly RawObject[], changes: PolicyChanges = {}): readonly Audited[] {
  return [...auditObjects(objects.map(parsed), { corridor: corridorFor(objects, changes) })];
}

const rulesOf = (audited: readonly Audited[]): readonly string[] =>
  audited.flatMap(({ findings }) => findings.map(({ finding }) => finding.rule));

describe('the audit', () => {
  it.each(['enforce', 'warn', 'audit'] as const)('tells what is certain in mode %s', (mode) => {
    const [found] = audit([LOST], { modes: { [RULE]: mode } }).flatMap(({ findings }) => findings);
    expect(found).toMatchObject({ mode, finding: { rule: RULE, isCertain: true, severity: 'error' } });
  });

  it('tells nothing of a rule that is off', () => {
    expect(rulesOf(audit([LOST], { modes: { [RULE]: 'off' } }))).not.toContain(RULE);
  });

  it('tells what is late, which the webhook does not say', () => {
    const found = audit([LOST]).flatMap(({ findings }) => findings);
    expect(found.filter(({ finding }) => finding.rule === RULE && finding.isLate)).toHaveLength(1);
  });

  it('tells no infos, and nothing that is only possible', () => {
    const objects = [ingress({ class: 'gce' }), service({ neg: '{"ingress": true}' }), deployment()];
    const found = audit(objects).flatMap(({ findings }) => findings);
    for (const { finding } of found) expect(finding).toMatchObject({ isCertain: true, severity: /error|warning/ });
    const snapshot = createSnapshot(objects.map(parsed), 'nothing');
    const unknown = { ...corridorFor(objects), snapshot };
    expect([...auditObjects([parsed(LOST)], { corridor: unknown })].flatMap(({ findings }) => findings)).toEqual([]);
  });

  it('passes over excluded namespaces and kinds that are not judged', () => {
    const excluded = ingress({ namespace: 'kube-system', class: 'gce', service: 'absent' });
    expect(audit([excluded])).toEqual([]);
  });

  it('keeps apart what an object asks to be left alone in', () => {
    const annotations = { 'gke-ingress-guard.dev/ignore': `${RULE}; reason=comes later` };
    const [audited] = audit([ingress({ class: 'gce', service: 'absent', annotations })]);
    expect(audited?.exempted.map(({ finding }) => finding.rule)).toEqual([RULE]);
    expect(audited?.findings.map(({ finding }) => finding.rule)).not.toContain(RULE);
  });

  it('follows a snapshot that changes, where it is told so', () => {
    const snapshot = new LiveSnapshot();
    for (const kind of ['Ingress', 'Service', 'Deployment'] as const) snapshot.know('current', kind);
    snapshot.put(parsed(LOST));
    let version = 0;
    const corridor = { ...corridorFor([]), snapshot };
    const twice = auditObjects([parsed(LOST), parsed(LOST)], { corridor, version: () => version });
    const first = twice.next().value;
    snapshot.put(parsed(service({ name: 'absent', neg: '{"ingress": true}' })));
    version += 1;
    const second = twice.next().value;
    expect(rulesOf(first === undefined ? [] : [first])).toContain(RULE);
    expect(rulesOf(second === undefined ? [] : [second])).not.toContain(RULE);
  });
});

describe('an object that takes more steps than one has', () => {
  const objects = [LOST, ingress({ name: 'other', class: 'gce', service: 'absent' })];
  const corridor = corridorFor(objects);

  it('is not whole, and takes nothing from those that come after', () => {
    const manyPaths = Array.from({ length: 300 }, (_, index) => ({
      path: `/${index}`,
      pathType: 'Prefix',
      backend: { service: { name: 'absent', port: { number: 80 } } },
    }));
    const large = ingress({ name: 'large', class: 'gce', spec: { rules: [{ http: { paths: manyPaths } }] } });
    const all = [large, ...objects].map(parsed);
    const snapshot = createSnapshot(all, 'everything');
    const limited = [...auditObjects(all, { corridor: { ...corridor, snapshot }, steps: 1000 })];
    expect(limited.map(({ object, isWhole }) => [object.metadata.name, isWhole])).toEqual([
      ['large', false],
      ['lost', true],
      ['other', true],
    ]);
    expect(limited.map(({ findings }) => findings.length)).toEqual([expect.any(Number), 1, 1]);
    const free = [...auditObjects(all, { corridor: { ...corridor, snapshot } })];
    expect(free.every(({ isWhole }) => isWhole)).toBe(true);
  });

  it('gets the same findings as without a bound where it fits', () => {
    const told = (steps?: number): unknown =>
      [...auditObjects(objects.map(parsed), { corridor, ...(steps === undefined ? {} : { steps }) })].map((one) =>
        one.findings.map(({ finding }) => [finding.rule, finding.message]),
      );
    expect(told(10_000)).toEqual(told());
  });
});
