import type { RuleFinding } from '../judge/finding.ts';
import { advise, type Json, type Remedy, set } from '../judge/fix.ts';
import { defineRule, type ObjectContext } from '../judge/rule.ts';
import { formatPath } from '../kubernetes/field-path.ts';
import { type Misfit, schemaAt, typeOf } from '../kubernetes/gke-misfits.ts';
import type { FieldSchema } from '../kubernetes/gke-schemas.ts';
import type { BackendConfig, FrontendConfig, ManagedCertificate } from '../kubernetes/objects.ts';

export const configValueRefused = defineRule({
  id: 'config-value-refused',
  judges: ['BackendConfig', 'FrontendConfig', 'ManagedCertificate'],
  severity: 'error',
  summary:
    'A field of a BackendConfig, FrontendConfig or ManagedCertificate has a value of the wrong type, or lacks what it must have.',
  why: 'The API server checks the object against the schema of its CRD and refuses it, before any webhook sees it. In files nobody has asked it yet.',
  fix: 'Give the field a value of the type that the kind has.',
  covers: [],
  references: ['https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration'],
  check: { Object: find },
});

function find({ object }: ObjectContext): readonly RuleFinding[] {
  if (!('misfits' in object)) return [];
  return object.misfits.flatMap((misfit) => (misfit.why === 'unknown' ? [] : [refused(object, misfit)]));
}

type GkeObject = BackendConfig | FrontendConfig | ManagedCertificate;

function refused(object: GkeObject, { path, why, value }: Misfit): RuleFinding {
  const field = formatPath(path);
  const schema = schemaAt(object.kind, path);
  if (why === 'missing') {
    return {
      path: path.slice(0, -1),
      identity: field,
      message: `the API server refuses it: ${field} is required.`,
      fix: [schema === 'boolean' ? set(object, path, true) : advise(`set ${field}`)],
    };
  }
  const type = schema === undefined ? 'another type' : typeOf(schema);
  return {
    path,
    message: `the API server refuses it: ${field} must be of type ${type}, and is ${withArticle(value)}.`,
    fix: remediesFor(object, path, value, schema),
  };
}

function withArticle(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** What was surely meant: text that reads as the type, a name in the place of an object of a name. */
function remediesFor(
  object: GkeObject,
  path: Misfit['path'],
  value: unknown,
  schema: FieldSchema | undefined,
): readonly Remedy[] {
  const meant = schema === undefined ? undefined : convert(value, schema);
  if (meant !== undefined) return [set(object, path, meant)];
  return [advise(`write ${schema === undefined ? 'what the field takes' : `a value of type ${typeOf(schema)}`}`)];
}

function convert(value: unknown, schema: FieldSchema): Json | undefined {
  if ((schema === 'integer' || schema === 'number') && typeof value === 'string') {
    const isNumber = schema === 'integer' ? /^[0-9]{1,9}$/.test(value) : /^[0-9]{1,9}(\.[0-9]+)?$/.test(value);
    return isNumber ? Number(value) : undefined;
  }
  if (schema === 'boolean') return value === 'true' ? true : value === 'false' ? false : undefined;
  if (schema === 'string') return typeof value === 'number' ? String(value) : undefined;
  if (typeof schema === 'string') return undefined;
  if ('items' in schema) return typeof value === 'string' && schema.items === 'string' ? [value] : undefined;
  const [only, ...others] = schema.required ?? [];
  if (only === undefined || others.length > 0 || schema.fields[only] !== typeof value) return undefined;
  return typeof value === 'string' || typeof value === 'boolean' ? { [only]: value } : undefined;
}
