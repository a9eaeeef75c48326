import { describe, expect, it } from 'vitest';
import { corridorOf, parsed } from '../../test/support/corridor.ts';
import { ingress, ingressOf, pathTo, type RawObject } from '../../test/support/objects.ts';
import { createSnapshot } from '../snapshot/snapshot.ts';
import { type AuditedFinding, auditObjects } from './audit.ts';
import { boundCounts, OTHER_NAMESPACES } from './bounded-counts.ts';
import { CurrentFindings, type FindingChanges, type FindingCount } from './current-findings.ts';

function found(...objects: readonly RawObject[]): readonly AuditedFinding[] {
  const snapshot = createSnapshot(objects.map(parsed), 'everything');
  const audited = auditObjects(objects.map(parsed), { corridor: { ...corridorOf(), snapshot } });
  const all = [...audited].flatMap(({ findings }) => findings);
  return all.filter(({ finding }) => finding.rule === 'backend-service-missing');
}

const lost = (name: string): RawObject => ingress({ name, class: 'gce', service: 'absent' });

function inWords({ appeared, reworded, gone }: FindingChanges): readonly string[] {
  const told = (sign: string, all: readonly AuditedFinding[]): readonly string[] =>
    all.map(({ finding }) => `${sign}${finding.object.metadata.name}`);
  return [...told('+', appeared), ...told('~', reworded), ...told('-', gone)];
}

describe('the findings of now', () => {
  it('change by what appears, what is worded in another way, and what is gone', () => {
    const current = new CurrentFindings();
    expect(inWords(current.replace('shop', found(lost('a'), lost('b'))))).toEqual(['+a', '+b']);
    expect(inWords(current.replace('shop', found(lost('a'), lost('b'))))).toEqual([]);
    const reworded = found(lost('b')).map((one) => ({ ...one, finding: { ...one.finding, message: 'it is wrong.' } }));
    expect(inWords(current.replace('shop', [...reworded, ...found(lost('c'))]))).toEqual(['+c', '~b', '-a']);
    expect(inWords(current.replace('elsewhere', []))).toEqual([]);
    expect(inWords(current.replace('shop', []))).toEqual(['-b', '-c']);
    expect(current.all()).toEqual([]);
    expect(current.namespaces()).toEqual([]);
  });

  it('are counted by rule, severity and namespace', () => {
    const current = new CurrentFindings();
    const twice = ingressOf([pathTo('/a', 'Prefix', 'x'), pathTo('/b', 'Prefix', 'y')]);
    current.replace('shop', found(lost('a'), twice));
    expect(current.counts()).toEqual([
      { rule: 'backend-service-missing', namespace: 'shop', severity: 'error', count: 3 },
    ]);
  });
});

describe('counts as a metric', () => {
  const count = (namespace: string, rule: string, number: number): FindingCount => ({
    namespace,
    rule,
    severity: 'error',
    count: number,
  });

  it('stay as they are within the bound', () => {
    const counts = [count('a', 'x', 1), count('b', 'x', 2)];
    expect(boundCounts(counts, 2)).toBe(counts);
  });

  it('keep the namespaces with the most, and sum the others, so that nothing is lost', () => {
    const counts = [count('a', 'x', 1), count('b', 'x', 5), count('b', 'y', 5), count('c', 'x', 2), count('d', 'y', 3)];
    expect(boundCounts(counts, 3)).toEqual([
      count('b', 'x', 5),
      count('b', 'y', 5),
      count('d', 'y', 3),
      count(OTHER_NAMESPACES, 'x', 3),
    ]);
  });
});
