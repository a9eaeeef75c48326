// JSON schemas over JSON and YAML that people write: compiled once, on first use, and their errors worded with file,
// line, field and the nearest legal name.
import { Ajv, type AnySchema, type ErrorObject, type ValidateFunction } from 'ajv';
import type { JSONSchema } from 'json-schema-to-ts';
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument, type YAMLError } from 'yaml';
import { at } from './kubernetes/read.ts';
import { didYouMean, nearest } from './nearest.ts';
import { isTextTooDeep, MAX_DEPTH } from './yaml-depth.ts';

/** @returns a type guard for values of the schema, compiled when first asked; errors bring the schema that they break */
export function createValidator<T>(schema: JSONSchema): () => ValidateFunction<T> {
  let validate: ValidateFunction<T> | undefined;
  return () => {
    validate ??= new Ajv({ allErrors: true, allowUnionTypes: true, ownProperties: true, verbose: true }).compile<T>(
      // Both describe JSON Schema draft 7; they differ only in how they write optional keys.
      schema as AnySchema,
    );
    return validate;
  };
}

/** From the keys of a field to its line, counted from 1. */
export type LineOf = (...path: readonly string[]) => number;

export type ReadResult<T> =
  | { readonly ok: true; readonly value: T; readonly lineOf: LineOf }
  | { readonly ok: false; readonly errors: readonly string[] };

/** @returns a function from YAML text to a value of the schema, or to every fault as `origin:line: field: what` */
export function createYamlReader<T>(schema: JSONSchema): (text: string, origin: string) => ReadResult<T> {
  const validator = createValidator<T>(schema);
  return (text, origin) => {
    if (isTextTooDeep(text))
      return { ok: false, errors: [`${origin}: it is nested more than ${MAX_DEPTH} levels deep`] };
    const lines = new LineCounter();
    const document = parseDocument(text, { lineCounter: lines });
    if (document.errors.length > 0) {
      return { ok: false, errors: document.errors.map((error) => `${origin}:${whatIsWrong(error)}`) };
    }
    const lineOf: LineOf = (...path) => findLine(document, lines, path);
    const value = toPlain(document);
    if (!value.ok) return { ok: false, errors: [`${origin}:1: ${value.error}`] };
    const validate = validator();
    if (validate(value.plain)) return { ok: true, value: value.plain, lineOf };
    const errors = (validate.errors ?? []).map((error) => {
      const path = error.instancePath.split('/').slice(1).map(unescapePointer);
      const unknown: unknown = error.params['additionalProperty'];
      const line = lineOf(...path, ...(typeof unknown === 'string' ? [unknown] : []));
      return `${origin}:${line}: ${describe(error, path, value.plain)}`;
    });
    return { ok: false, errors: [...new Set(errors)] };
  };
}

/** `line: what`, without the excerpt that the parser draws below it. */
function whatIsWrong({ code, message, linePos }: YAMLError): string {
  const isSecond = code === 'MULTIPLE_DOCS';
  const [what = ''] = isSecond ? ['the file must hold one document, and here begins another'] : message.split('\n');
  return `${linePos?.[0].line ?? 1}: ${what.replace(/ at line \d+, column \d+:?$/, '')}`;
}

type Plain = { readonly ok: true; readonly plain: unknown } | { readonly ok: false; readonly error: string };

/** Aliases that multiply beyond measure are refused here, where they are written out. */
function toPlain(document: Document): Plain {
  try {
    return { ok: true, plain: document.toJS() };
  } catch (cause) {
    return { ok: false, error: cause instanceof Error ? cause.message : String(cause) };
  }
}

function unescapePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** The line of the field's key, else of what is nearest around it. */
function findLine(document: Document, lines: LineCounter, path: readonly string[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const parent: unknown = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const last = path[length - 1];
    const key = isMap(parent)
      ? parent.items.find((pair) => isScalar(pair.key) && pair.key.value === last)?.key
      : undefined;
    const node = key ?? document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

/** One fault in words: what is wrong, and what would be right. */
function describe(error: ErrorObject, path: readonly string[], document: unknown): string {
  const field = path.length === 0 ? 'the document' : path.join('.');
  const params: Readonly<Record<string, unknown>> = error.params;
  if (error.keyword === 'additionalProperties') {
    const key = String(params['additionalProperty']);
    const legal = Object.keys((error.parentSchema?.['properties'] as object | undefined) ?? {});
    return `${path.length === 0 ? '' : `${field}: `}unknown key "${key}"${didYouMean(key, legal)}`;
  }
  if (error.keyword === 'enum') {
    const legal = (params['allowedValues'] as readonly unknown[]).map(String);
    const guess = nearest(String(at(document, ...path)), legal);
    return `${field}: must be one of ${legal.join(', ')}${guess === undefined ? '' : `; did you mean "${guess}"?`}`;
  }
  if (error.keyword === 'const') return `${field}: must be ${JSON.stringify(params['allowedValue'])}`;
  if (error.keyword === 'required') return `${field}: "${String(params['missingProperty'])}" is missing`;
  return `${field}: ${error.message ?? 'is not valid'}`;
}
