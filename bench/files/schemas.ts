// The schemas of an API server as kubeconform reads them: a file for each kind, with everything that it refers to.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type Definitions = Readonly<Record<string, Definition>>;

interface Definition {
  readonly 'x-kubernetes-group-version-kind'?: readonly {
    readonly group: string;
    readonly version: string;
    readonly kind: string;
  }[];
  readonly [keyword: string]: unknown;
}

/** @returns what kubeconform takes for -schema-location */
export function writeSchemas(dir: string, { definitions }: { readonly definitions: Definitions }): string {
  mkdirSync(dir);
  for (const [name, { 'x-kubernetes-group-version-kind': kinds = [] }] of Object.entries(definitions)) {
    for (const { group, version, kind } of kinds) {
      const file = [kind.toLowerCase(), ...(group === '' ? [] : [group.split('.', 1)[0]]), version].join('-');
      const schema = { $ref: `#/definitions/${name}`, definitions: only(name, definitions) };
      writeFileSync(join(dir, `${file}.json`), JSON.stringify(schema));
    }
  }
  return join(dir, '{{ .ResourceKind }}{{ .KindSuffix }}.json');
}

/** A definition and all to which it leads. */
function only(name: string, definitions: Definitions): Definitions {
  const found: Record<string, Definition> = {};
  const add = (one: string): void => {
    const definition = definitions[one];
    if (definition === undefined || one in found) return;
    found[one] = widened(definition);
    for (const [, to = ''] of JSON.stringify(definition).matchAll(/"#\/definitions\/([^"]+)"/g)) add(to);
  };
  add(name);
  return found;
}

/** OpenAPI 2 has no type for what is either a number or a text. */
function widened(definition: Definition): Definition {
  return definition['format'] === 'int-or-string' ? { type: ['string', 'integer'] } : definition;
}
