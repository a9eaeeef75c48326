// What is wrong now, namespace by namespace, and what a look at one of them changes in it.
import type { Finding } from '../judge/finding.ts';
import { formatName, referenceTo } from '../kubernetes/field-path.ts';
import type { AuditedFinding, AuditSeverity } from './audit.ts';

export interface FindingChanges {
  readonly appeared: readonly AuditedFinding[];
  /** The same problem as before, in other words: another value, another fix, another Ingress. */
  readonly reworded: readonly AuditedFinding[];
  readonly gone: readonly AuditedFinding[];
}

export interface FindingCount {
  readonly rule: string;
  readonly namespace: string;
  readonly severity: AuditSeverity;
  readonly count: number;
}

/** Of a problem, however it is worded: its rule, its object and which of that object's it is. */
export function keyOfFinding({ rule, object, identity }: Finding): string {
  return [rule, formatName(referenceTo(object)), identity].join('\0');
}

function wordsOfFinding({ message, note, answeredBy, fix, severity }: Finding): string {
  return [severity, message, note, answeredBy, fix.text].join('\0');
}

export class CurrentFindings {
  readonly #byNamespace = new Map<string, ReadonlyMap<string, AuditedFinding>>();

  /** Takes what was found in a namespace in the place of what was found there before. */
  replace(namespace: string, found: readonly AuditedFinding[]): FindingChanges {
    const before = this.#byNamespace.get(namespace) ?? new Map<string, AuditedFinding>();
    const now = new Map(found.map((one) => [keyOfFinding(one.finding), one]));
    if (now.size === 0) this.#byNamespace.delete(namespace);
    else this.#byNamespace.set(namespace, now);
    const appeared: AuditedFinding[] = [];
    const reworded: AuditedFinding[] = [];
    for (const [key, one] of now) {
      const old = before.get(key);
      if (old === undefined) appeared.push(one);
      else if (wordsOfFinding(old.finding) !== wordsOfFinding(one.finding)) reworded.push(one);
    }
    return { appeared, reworded, gone: [...before].flatMap(([key, one]) => (now.has(key) ? [] : [one])) };
  }

  namespaces(): readonly string[] {
    return [...this.#byNamespace.keys()];
  }

  all(): readonly AuditedFinding[] {
    return [...this.#byNamespace.values()].flatMap((found) => [...found.values()]);
  }

  counts(): readonly FindingCount[] {
    return this.namespaces().flatMap((namespace) => this.countsIn(namespace));
  }

  countsIn(namespace: string): readonly FindingCount[] {
    const counts = new Map<string, FindingCount>();
    for (const { finding } of this.#byNamespace.get(namespace)?.values() ?? []) {
      const { rule, severity } = finding;
      if (severity === 'info') continue;
      const key = `${severity}\0${rule}`;
      counts.set(key, { rule, namespace, severity, count: (counts.get(key)?.count ?? 0) + 1 });
    }
    return [...counts.values()];
  }
}
