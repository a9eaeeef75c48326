// Which field of GKE's own kinds was meant by one that no published schema has.
import type { FieldPath } from '../kubernetes/field-path.ts';
import { pathsOf, schemaAt } from '../kubernetes/gke-misfits.ts';
import { GKE_KINDS, type GkeKind } from '../kubernetes/gke-schemas.ts';
import { nearest } from '../nearest.ts';

export interface MeantField {
  readonly kind: GkeKind;
  readonly path: FieldPath;
  /** Whether nothing else can be meant: a slip of the finger, or of the case of letters. */
  readonly isSlip: boolean;
}

/** Two edits reach timeoutSecs, healthcheck and enable. */
const MAX_EDITS = 2;

/** What people write for a field of another name: that of a probe, of Google's API, or of the Gateway's policies. */
const ALIASES: Readonly<Record<string, string>> = {
  protocol: 'type',
  scheme: 'type',
  path: 'requestPath',
  failureThreshold: 'unhealthyThreshold',
  successThreshold: 'healthyThreshold',
  periodSeconds: 'checkIntervalSec',
  timeoutSeconds: 'timeoutSec',
  intervalSec: 'checkIntervalSec',
  responseCode: 'responseCodeName',
  host: 'domains',
  hosts: 'domains',
  dnsNames: 'domains',
  affinity: 'affinityType',
};

/** In the same place first, then elsewhere in the kind, then in the other kinds. */
export function findMeantField(kind: GkeKind, path: FieldPath): MeantField | undefined {
  const field = path.at(-1);
  if (typeof field !== 'string') return undefined;
  return findSibling(kind, path, field) ?? findElsewhere(kind, field);
}

function findSibling(kind: GkeKind, path: FieldPath, field: string): MeantField | undefined {
  // Beside spec is what belongs into it.
  const parent = path.length === 1 ? ['spec'] : path.slice(0, -1);
  const schema = schemaAt(kind, parent);
  if (schema === undefined || typeof schema === 'string' || !('fields' in schema)) return undefined;
  const names = Object.keys(schema.fields);
  const slip = nearest(field, names, Math.min(MAX_EDITS, Math.ceil(field.length / 3)));
  if (slip !== undefined) return { kind, path: [...parent, slip], isSlip: true };
  const meant = names.find((name) => name === ALIASES[field]) ?? findLonger(field, names);
  return meant === undefined ? undefined : { kind, path: [...parent, meant], isSlip: false };
}

/** The only one that the word is the beginning of. */
function findLonger(field: string, names: readonly string[]): string | undefined {
  const longer = names.filter((name) => name.toLowerCase().startsWith(field.toLowerCase()));
  return longer.length === 1 && field.length > 3 ? longer[0] : undefined;
}

function findElsewhere(kind: GkeKind, field: string): MeantField | undefined {
  for (const each of [kind, ...GKE_KINDS.filter((other) => other !== kind)]) {
    const [only, ...others] = pathsOf(field, each);
    if (only !== undefined && others.length === 0) return { kind: each, path: only, isSlip: true };
  }
  return undefined;
}
