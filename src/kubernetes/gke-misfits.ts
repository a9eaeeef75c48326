// What of an object of GKE's own kinds is in no published schema, or not as the schema wants it.
import type { FieldPath } from './field-path.ts';
import { type FieldSchema, GKE_SCHEMAS, type GkeKind, type ObjectSchema } from './gke-schemas.ts';
import { at, isJsonObject, type JsonObject } from './read.ts';

export interface Misfit {
  /** In the object. */
  readonly path: FieldPath;
  /** `unknown`: no schema has the field. `type`: it holds another type. `missing`: it must be there, and is not. */
  readonly why: 'unknown' | 'type' | 'missing';
  /** What is written; undefined where something is missing. */
  readonly value: unknown;
}

/** The rest of an object that has more of them is not looked at: whoever corrects these hears of it. */
const MAX_MISFITS = 20;
const NONE: readonly Misfit[] = Object.freeze([]);

export function findMisfits(raw: JsonObject, kind: GkeKind): readonly Misfit[] {
  const found: Misfit[] = [];
  for (const key of Object.keys(raw)) {
    if (!ROOT.has(key)) found.push({ path: [key], why: 'unknown', value: raw[key] });
  }
  visit(at(raw, 'spec'), GKE_SCHEMAS[kind], ['spec'], found);
  return found.length === 0 ? NONE : found.slice(0, MAX_MISFITS);
}

const ROOT: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata', 'spec', 'status']);

function visit(value: unknown, schema: FieldSchema, path: FieldPath, found: Misfit[]): void {
  // The API server takes null for a field that is not set where the schema says so, and older ones did not.
  if (value === undefined || value === null || found.length >= MAX_MISFITS) return;
  if (!fits(value, schema)) found.push({ path, why: 'type', value });
  else if (Array.isArray(value) && typeof schema === 'object' && 'items' in schema) {
    for (const [index, item] of value.entries()) visit(item, schema.items, [...path, index], found);
  } else if (isJsonObject(value) && typeof schema === 'object' && 'fields' in schema) {
    visitFields(value, schema, path, found);
  }
}

function visitFields(
  value: JsonObject,
  { fields, required = [] }: ObjectSchema,
  path: FieldPath,
  found: Misfit[],
): void {
  for (const key of Object.keys(value)) {
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (field === undefined) found.push({ path: [...path, key], why: 'unknown', value: value[key] });
    else visit(value[key], field, [...path, key], found);
  }
  for (const key of required) {
    if (!Object.hasOwn(value, key)) found.push({ path: [...path, key], why: 'missing', value: undefined });
  }
}

/** Of its own type; what is inside of it is not looked at. */
export function fits(value: unknown, schema: FieldSchema): boolean {
  if (schema === 'integer') return typeof value === 'number' && Number.isInteger(value);
  if (schema === 'number' || schema === 'string' || schema === 'boolean') return typeof value === schema;
  return 'items' in schema ? Array.isArray(value) : isJsonObject(value);
}

export function typeOf(schema: FieldSchema): string {
  if (typeof schema === 'string') return schema;
  return 'items' in schema ? 'array' : 'object';
}

/** The schema of a field of the kind; undefined where no published schema has it. */
export function schemaAt(kind: GkeKind, path: FieldPath): FieldSchema | undefined {
  const [root, ...rest] = path;
  let schema: FieldSchema | undefined = root === 'spec' ? GKE_SCHEMAS[kind] : undefined;
  for (const key of rest) {
    if (schema === undefined || typeof schema === 'string') return undefined;
    if ('items' in schema) schema = typeof key === 'number' ? schema.items : undefined;
    else schema = Object.hasOwn(schema.fields, key) ? schema.fields[key] : undefined;
  }
  return schema;
}

/** Every path of the kind that ends in this field, without those inside of lists. */
export function pathsOf(field: string, kind: GkeKind): readonly FieldPath[] {
  const paths: FieldPath[] = [];
  const walk = (schema: FieldSchema, path: FieldPath): void => {
    if (typeof schema === 'string' || 'items' in schema) return;
    for (const [key, inner] of Object.entries(schema.fields)) {
      if (key === field) paths.push([...path, key]);
      walk(inner, [...path, key]);
    }
  };
  walk(GKE_SCHEMAS[kind], ['spec']);
  return paths;
}
