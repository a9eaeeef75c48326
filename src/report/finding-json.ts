// A finding as JSON, the same in `check` and `explain`: additions are welcome, changes are not.
import type { Finding } from '../judge/finding.ts';
import type { Edit, Fix } from '../judge/fix.ts';
import type { UnseenReference } from '../judge/references.ts';
import { docsOf } from '../judge/rule-page.ts';
import { formatPath, type ObjectName } from '../kubernetes/field-path.ts';
import type { KubernetesObject } from '../kubernetes/objects.ts';

export interface EditJson {
  readonly object: Readonly<Record<string, string>>;
  readonly path: string;
  readonly operation: Edit['operation'];
  readonly value?: unknown;
}

interface FixJson {
  readonly edits: readonly EditJson[];
  /** Argument vectors. */
  readonly commands: readonly (readonly string[])[];
}

export interface FindingJson extends FixJson {
  readonly rule: string;
  readonly severity: Finding['severity'];
  readonly certain: boolean;
  /** Rests on something that is not there, or not referred to, yet. */
  readonly late: boolean;
  /** At which it is said. */
  readonly object: Readonly<Record<string, string>>;
  /** The object that has to change. */
  readonly owner: Readonly<Record<string, string>>;
  /** In `object`. */
  readonly path: string;
  readonly message: string;
  readonly fix: string;
  readonly alternatives: readonly (FixJson & { readonly fix: string })[];
  /** About other namespaces; left out where there is nothing. */
  readonly elsewhere?: string;
  readonly docs: string;
}

export function findingJson(finding: Finding): FindingJson {
  const { rule, severity, isCertain, isLate, object, owner, path, fix, elsewhere } = finding;
  return {
    rule,
    severity,
    certain: isCertain,
    late: isLate,
    object: objectJson(object),
    owner: nameJson(owner),
    path: formatPath(path),
    message: messageOf(finding),
    fix: fix.text,
    ...fixJson(fix),
    alternatives: fix.alternatives.map((one) => ({ fix: one.text, ...fixJson(one) })),
    ...(elsewhere === '' ? {} : { elsewhere }),
    docs: docsOf(rule),
  };
}

export interface UnseenJson {
  readonly object: Readonly<Record<string, string>>;
  readonly namedBy: Readonly<Record<string, string>>;
  /** A name of the same namespace that may be meant; left out where none is near. */
  readonly near?: string;
  /** Other namespaces that have one of that kind and name; left out where none has. */
  readonly elsewhere?: readonly string[];
}

export function unseenJson({ object, namedBy, near, elsewhere }: UnseenReference): UnseenJson {
  const names = { object: nameJson(object), namedBy: nameJson(namedBy), ...(near === undefined ? {} : { near }) };
  return elsewhere.length === 0 ? names : { ...names, elsewhere };
}

/** The message with its note: one text. */
export function messageOf({ message, note }: Finding): string {
  return note === '' ? message : `${message} ${note}`;
}

function fixJson({ edits, commands }: Pick<Fix, 'edits' | 'commands'>): FixJson {
  return { edits: edits.map(editJson), commands };
}

function editJson(edit: Edit): EditJson {
  const { object, path, operation } = edit;
  const base = { object: nameJson(object), path: formatPath(path), operation };
  return edit.operation === 'remove' ? base : { ...base, value: edit.value };
}

export function objectJson({ apiVersion, kind, metadata }: KubernetesObject): Readonly<Record<string, string>> {
  const { namespace, name } = metadata;
  return { apiVersion, kind, ...(namespace === '' ? {} : { namespace }), name };
}

export function nameJson({ kind, namespace, name }: ObjectName): Readonly<Record<string, string>> {
  return { kind, ...(namespace === '' ? {} : { namespace }), name };
}
