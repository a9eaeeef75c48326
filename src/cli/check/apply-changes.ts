// Carries changes out on the texts of files, in memory. In one round each place is touched once: what else there is to do
// there is found again in the next round, when everything has been judged anew.
import { type FieldPath, formatPath } from '../../kubernetes/field-path.ts';
import { readDocuments, type SourceDocument } from '../../yaml/documents.ts';
import { editText, editTextAtOnce } from '../../yaml/edit-text.ts';
import type { Change, Left, PlacedEdit } from './fixable.ts';

export interface Round {
  /** New texts by file; files in which nothing changes are left out. */
  readonly texts: ReadonlyMap<string, string>;
  readonly made: readonly Change[];
  readonly left: readonly Left[];
}

/** Of one document: what is around it has not been read as a part of it. */
interface State {
  readonly before: string;
  readonly document: SourceDocument;
  readonly after: string;
}

type States = ReadonlyMap<SourceDocument, State>;

/** @param done fields that earlier rounds have changed, to which this one adds: none is changed twice */
export function applyChanges(changes: readonly Change[], done: Set<string>): Round {
  const round = changes.length > FEW ? manyAtOnce(changes, done) : undefined;
  return round === undefined || round.texts.size === 0 ? oneByOne(changes, done) : round;
}

/** So many are made one by one. */
const FEW = 10;

/** Those of one edit, each at a place of its own; what else there is, and why something cannot be made, is for later rounds. */
function manyAtOnce(changes: readonly Change[], done: Set<string>): Round {
  const touched = new Map<string, PlacedEdit['edit'][]>();
  const chosen = changes.flatMap((change) => {
    const [placed, ...others] = change.edits;
    if (placed === undefined || others.length > 0 || done.has(fieldOf(placed)) || isNear(placed, touched)) return [];
    touched.set(objectOf(placed), [...(touched.get(objectOf(placed)) ?? []), placed.edit]);
    const path = [...placed.manifest.base, ...placed.edit.path];
    return [{ ...placed.edit, path, placed, change }];
  });
  const states = new Map<SourceDocument, State>();
  const made: Change[] = [];
  for (const [document, edits] of Map.groupBy(chosen, ({ placed }) => placed.manifest.document)) {
    const edited = editTextAtOnce(document, edits);
    if (edited === undefined) continue;
    states.set(document, { before: '', document: { ...document, text: edited.text }, after: '' });
    for (const { placed, change } of edited.made) {
      made.push(change);
      done.add(fieldOf(placed));
    }
  }
  return { texts: textsOf(states, made), made, left: [] };
}

function oneByOne(changes: readonly Change[], done: Set<string>): Round {
  let states: States = new Map();
  const touched = new Map<string, PlacedEdit['edit'][]>();
  const made: Change[] = [];
  const left: Left[] = [];
  for (const change of changes) {
    if (isSaidAlready(change, touched)) continue;
    if (change.edits.some((edit) => isNear(edit, touched))) continue;
    const result = change.edits.some((edit) => done.has(fieldOf(edit)))
      ? 'it has been changed once, and is found again'
      : tryAll(states, change.edits);
    if (typeof result === 'string') {
      left.push({ place: change.place, rule: change.because, why: result });
      continue;
    }
    states = result;
    made.push(change);
    for (const placed of change.edits) {
      touched.set(objectOf(placed), [...(touched.get(objectOf(placed)) ?? []), placed.edit]);
    }
  }
  for (const { edits } of made) for (const edit of edits) done.add(fieldOf(edit));
  return { texts: textsOf(states, made), made, left };
}

/** @returns all states after the edits, or why one of them cannot be made */
function tryAll(states: States, edits: readonly PlacedEdit[]): States | string {
  const next = new Map(states);
  for (const { manifest, edit } of edits) {
    const { document, base } = manifest;
    const state = next.get(document) ?? { before: '', document, after: '' };
    const changed = editText(state.document, { ...edit, path: [...base, ...edit.path] });
    if ('refused' in changed) return changed.refused;
    const [read] = readDocuments(changed.text, { aliased: 0 });
    if (read === undefined || !('value' in read)) return 'what would be written cannot be read';
    next.set(document, {
      before: state.before + changed.text.slice(0, read.offset),
      document: read,
      after: changed.text.slice(read.offset + read.text.length) + state.after,
    });
  }
  return next;
}

function textsOf(states: States, made: readonly Change[]): ReadonlyMap<string, string> {
  const documents = new Map(
    made.flatMap(({ edits }) => edits.map(({ manifest }) => [manifest.document, manifest] as const)),
  );
  const byFile = Map.groupBy(documents.values(), ({ file }) => file);
  return new Map(
    [...byFile].flatMap(([file, manifests]) => {
      const original = manifests[0]?.text ?? '';
      // From the end to the beginning, so that offsets before it stay what they are.
      const text = manifests
        .toSorted((a, b) => b.document.offset - a.document.offset)
        .reduce((whole, { document }) => {
          const { before, document: now, after } = states.get(document) ?? { before: '', document, after: '' };
          const end = document.offset + document.text.length;
          return whole.slice(0, document.offset) + before + now.text + after + whole.slice(end);
        }, original);
      return text === original ? [] : [[file, text] as const];
    }),
  );
}

function isSaidAlready({ edits }: Change, touched: ReadonlyMap<string, readonly PlacedEdit['edit'][]>): boolean {
  return edits.every((placed) =>
    (touched.get(objectOf(placed)) ?? []).some((one) => JSON.stringify(one) === JSON.stringify(placed.edit)),
  );
}

/** Above, below or beside: an index means another item once one is gone. */
function isNear(placed: PlacedEdit, touched: ReadonlyMap<string, readonly PlacedEdit['edit'][]>): boolean {
  const { edit } = placed;
  return (touched.get(objectOf(placed)) ?? []).some(
    (one) => isWithin(one.path, edit.path) || isWithin(edit.path, one.path) || (moves(one) && hasIndex(edit.path)),
  );
}

function isWithin(path: FieldPath, other: FieldPath): boolean {
  return path.every((part, index) => other[index] === part);
}

function moves({ operation, path }: PlacedEdit['edit']): boolean {
  return operation !== 'set' && (operation === 'append' || hasIndex(path));
}

function hasIndex(path: FieldPath): boolean {
  return path.some((part) => typeof part === 'number');
}

function objectOf({ manifest: { file, document, base } }: PlacedEdit): string {
  return `${file}\0${document.offset}\0${formatPath(base)}`;
}

function fieldOf({ manifest, edit }: PlacedEdit): string {
  const { kind, namespace, name } = edit.object;
  return [
    manifest.file,
    kind,
    namespace,
    name,
    formatPath(edit.path),
    edit.operation === 'append' ? JSON.stringify(edit.value) : '',
  ].join('\0');
}
