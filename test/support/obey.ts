// Carries a fix out on raw objects, as a program would that reads its edits.
import type { Edit } from '../../src/judge/fix.ts';
import { type FieldPath, formatName, referenceTo } from '../../src/kubernetes/field-path.ts';
import { parseObject } from '../../src/kubernetes/parse.ts';
import type { RawObject } from './objects.ts';

type Node = Record<string | number, unknown>;

/** @returns undefined where an edit is of an object that is not among these */
export function obey(objects: readonly RawObject[], edits: readonly Edit[]): readonly RawObject[] | undefined {
  const edited = structuredClone(objects) as readonly RawObject[];
  for (const edit of edits) {
    const target = edited.find((raw) => nameIn(raw) === formatName(edit.object));
    if (target === undefined) return undefined;
    carryOut(target as Node, edit);
  }
  return edited;
}

function nameIn(raw: RawObject): string {
  const object = parseObject(raw);
  return object === undefined ? '' : formatName(referenceTo(object));
}

function carryOut(object: Node, edit: Edit): void {
  const { path } = edit;
  const last = path.at(-1);
  if (last === undefined) throw new TypeError('an edit of no field');
  const parent = parentOf(object, path);
  if (edit.operation === 'set') parent[last] = edit.value;
  else if (edit.operation === 'append') parent[last] = [...((parent[last] as unknown[] | undefined) ?? []), edit.value];
  else if (Array.isArray(parent) && typeof last === 'number') parent.splice(last, 1);
  else if (Object.hasOwn(parent, last)) delete parent[last];
  else throw new TypeError(`there is no ${path.join('.')} to remove`);
}

/** What is missing on the way is made. */
function parentOf(object: Node, path: FieldPath): Node {
  return path.slice(0, -1).reduce<Node>((node, key, index) => {
    const next = node[key] ?? (typeof path[index + 1] === 'number' ? [] : {});
    node[key] = next;
    return next as Node;
  }, object);
}
