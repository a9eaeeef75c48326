import type { RuleFinding } from '../judge/finding.ts';
import { inWords, type Json, type Remedy, remove, set, together } from '../judge/fix.ts';
import { findMeantField, type MeantField } from '../judge/known-field.ts';
import { shortened } from '../judge/quoted.ts';
import { defineRule, type JudgedObject, type ObjectContext } from '../judge/rule.ts';
import { type FieldPath, formatPath } from '../kubernetes/field-path.ts';
import { fits, type Misfit, schemaAt } from '../kubernetes/gke-misfits.ts';
import type { BackendConfig, FrontendConfig, ManagedCertificate } from '../kubernetes/objects.ts';

export const configFieldUnknown = defineRule({
  id: 'config-field-unknown',
  judges: ['BackendConfig', 'FrontendConfig', 'ManagedCertificate'],
  severity: 'warning',
  summary: 'A field of a BackendConfig, FrontendConfig or ManagedCertificate is in no published version of the kind.',
  why: 'The API server prunes fields that the CRD does not have, and stores the rest: kubectl reports it only where it validates on the server, and the load balancer is set up as if the field were not there.',
  fix: 'Write the field as the kind has it, or remove it.',
  covers: [],
  references: [
    'https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration',
    'https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#field-pruning',
  ],
  check: { Object: ({ object }: ObjectContext) => (isGke(object) ? findUnknown(object) : []) },
});

type GkeObject = BackendConfig | FrontendConfig | ManagedCertificate;

function isGke(object: JudgedObject): object is GkeObject {
  return 'misfits' in object;
}

function findUnknown(object: GkeObject): readonly RuleFinding[] {
  return object.misfits.flatMap((misfit) => (misfit.why === 'unknown' ? [wordUnknown(object, misfit)] : []));
}

function wordUnknown(object: GkeObject, { path, value }: Misfit): RuleFinding {
  const meant = findMeantField(object.kind, path);
  const field = shortened(formatPath(path), 80);
  const message = `${object.kind} has no field ${field} in any published version, so the API server prunes it`;
  const removal = remove(object, path);
  // A newer version may know what none that is published does.
  const common = { path, isCertain: meant?.isSlip ?? false };
  if (meant === undefined) return { ...common, message: `${message}.`, fix: [removal] };
  const name = formatPath(meant.path);
  if (meant.kind !== object.kind) {
    const where = `write it in a ${meant.kind}, and remove it here`;
    return { ...common, message: `${message}: ${name} is a field of ${meant.kind}.`, fix: [inWords(where, removal)] };
  }
  return { ...common, message: `${message}: ${describe(path, meant)}.`, fix: renames(object, path, value, meant) };
}

function describe(path: FieldPath, { path: meant }: MeantField): string {
  const isSibling = formatPath(meant.slice(0, -1)) === formatPath(path.slice(0, -1));
  return isSibling ? `the nearest that it has is ${String(meant.at(-1))}` : `it belongs into ${formatPath(meant)}`;
}

function renames(object: GkeObject, path: FieldPath, value: unknown, meant: MeantField): readonly Remedy[] {
  const removal = remove(object, path);
  const schema = schemaAt(object.kind, meant.path);
  if (schema === undefined || !fits(value, schema))
    return [inWords(`write ${formatPath(meant.path)} in its place`, removal)];
  // What fits is JSON, as the file had it.
  const renamed = together(set(object, meant.path, value as Json), removal);
  return [inWords(`rename it to ${formatPath(meant.path)}`, renamed), removal];
}
