// The policy: which rules run in which mode, where, what is injected; and the catalogue of known apps. Data, never
// code: files are read and validated here, and what comes out is complete and immutable.
import { type StringMap, stringMapOf } from '../kubernetes/read.ts';
import { didYouMean } from '../nearest.ts';
import type { LineOf } from '../schema.ts';
import { matchesSelector, type Snapshot } from '../snapshot/snapshot.ts';
import type { GuardPolicyFile } from './schemas.ts';

/** enforce refuses what is certain; warn says so; audit only counts; off does not run. */
export type Mode = 'enforce' | 'warn' | 'audit' | 'off';

export interface NegPolicy {
  readonly inject: 'auto' | 'always' | 'never';
  readonly types: readonly ('ClusterIP' | 'NodePort')[];
  readonly scope: 'all' | 'referenced';
  /** restore: an UPDATE only gets back what it dropped. heal: a ClusterIP Service that never had it gets it too. */
  readonly onUpdate: 'restore' | 'heal';
}

/** Modes for the namespaces that match its names and its labels. */
export interface NamespaceModes {
  /** undefined for any; a final * stands for any ending. */
  readonly names: readonly string[] | undefined;
  /** All must be there with these values. */
  readonly labels: StringMap;
  readonly modes: ReadonlyMap<string, Mode>;
}

export interface Policy {
  /** Every rule has its mode here. */
  readonly modes: ReadonlyMap<string, Mode>;
  /** Laid over `modes`; of several that match, the last wins. */
  readonly namespaces: readonly NamespaceModes[];
  readonly neg: NegPolicy;
  readonly trustsObserved: boolean;
  /** What becomes of a review that there is no memory or no time for. */
  readonly onOverload: 'allow' | 'deny';
  /** What becomes of an object for which the rules that refuse did not finish within the steps of one admission. */
  readonly onBudget: 'allow' | 'deny';
  /** Whether objects of the namespace may exempt themselves from rules. */
  allowsExemptions(namespace: string): boolean;
  /** Whether objects of the namespace are neither judged nor changed. */
  isExcluded(namespace: string): boolean;
}

/** A file's content with the name that messages call it by. */
export interface PolicyLayer {
  readonly origin: string;
  readonly lineOf: LineOf;
  readonly content: GuardPolicyFile;
}

export type PolicyResult =
  | { readonly ok: true; readonly policy: Policy }
  | { readonly ok: false; readonly errors: readonly string[] };

/** @param layers the shipped policy first, then what is laid over it, key by key */
export function composePolicy(layers: readonly PolicyLayer[], ruleIds: readonly string[]): PolicyResult {
  const errors = layers.flatMap((layer) => unknownRules(layer, ruleIds));
  if (errors.length > 0) return { ok: false, errors };
  const last = <T>(pick: (content: GuardPolicyFile) => T | undefined): T | undefined =>
    layers.reduce<T | undefined>((value, { content }) => pick(content) ?? value, undefined);
  const modes = new Map<string, Mode>();
  for (const id of ruleIds) modes.set(id, last((content) => content.rules?.[id]) ?? 'warn');
  const excluded = last((content) => content.excludedNamespaces) ?? [];
  const areAllowed = last((content) => content.exemptions) !== 'forbidden';
  const exempting = last((content) => content.exemptionNamespaces);
  return {
    ok: true,
    policy: {
      modes,
      namespaces: layers.flatMap(({ content }) => (content.namespaces ?? []).map(toNamespaceModes)),
      neg: {
        inject: last((content) => content.neg?.inject) ?? 'auto',
        types: last((content) => content.neg?.types) ?? ['ClusterIP'],
        scope: last((content) => content.neg?.scope) ?? 'all',
        onUpdate: last((content) => content.neg?.onUpdate) ?? 'restore',
      },
      trustsObserved: last((content) => content.facts?.trustObserved) ?? false,
      onOverload: last((content) => content.onOverload) ?? 'allow',
      onBudget: last((content) => content.onBudget) ?? 'allow',
      allowsExemptions: (namespace) =>
        areAllowed && (exempting === undefined || exempting.some((pattern) => matchesName(pattern, namespace))),
      isExcluded: (namespace) => excluded.some((pattern) => matchesName(pattern, namespace)),
    },
  };
}

function unknownRules({ origin, content, lineOf }: PolicyLayer, ruleIds: readonly string[]): readonly string[] {
  const sections = [
    { path: ['rules'], rules: content.rules ?? {} },
    ...(content.namespaces ?? []).map(({ rules }, index) => ({ path: ['namespaces', String(index), 'rules'], rules })),
  ];
  return sections.flatMap(({ path, rules }) =>
    Object.keys(rules)
      .filter((id) => !ruleIds.includes(id))
      .map((id) => {
        const line = lineOf(...path, id);
        return `${origin}:${line}: ${path.join('.')}: there is no rule "${id}"${didYouMean(id, ruleIds)}`;
      }),
  );
}

function toNamespaceModes({
  names,
  labels,
  rules,
}: NonNullable<GuardPolicyFile['namespaces']>[number]): NamespaceModes {
  return { names, labels: stringMapOf(labels), modes: new Map(Object.entries(rules)) };
}

/** @returns the mode of a rule for objects of a namespace, as far as the snapshot knows the Namespace's labels */
export function createModes(policy: Policy, snapshot: Snapshot): (rule: string, namespace: string) => Mode {
  return (rule, namespace) => {
    const labels =
      policy.namespaces.length === 0 ? undefined : snapshot.get('Namespace', '', namespace)?.metadata.labels;
    const staged = policy.namespaces.findLast(
      (entry) => entry.modes.has(rule) && matchesNamespace(entry, namespace, labels),
    );
    return staged?.modes.get(rule) ?? policy.modes.get(rule) ?? 'warn';
  };
}

function matchesNamespace(entry: NamespaceModes, namespace: string, labels: StringMap | undefined): boolean {
  if (entry.names !== undefined && !entry.names.some((pattern) => matchesName(pattern, namespace))) return false;
  if (Object.keys(entry.labels).length === 0) return true;
  return labels !== undefined && matchesSelector(entry.labels, labels);
}

function matchesName(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}
