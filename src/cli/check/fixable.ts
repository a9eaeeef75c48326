// What `check --fix` may write: what the webhook would add, and the fixes of certain findings that no person has to choose
// between. Everything else is left to a person, with the reason.
import { type Finding, SEVERITIES } from '../../judge/finding.ts';
import type { Edit } from '../../judge/fix.ts';
import {
  annotationPath,
  type FieldPath,
  formatName,
  type ObjectName,
  referenceTo,
} from '../../kubernetes/field-path.ts';
import { NEG } from '../../plan/annotation-keys.ts';
import type { LocatedFinding } from '../../report/check-report.ts';
import type { ManifestObject } from '../files/manifests.ts';
import type { StoredObject } from '../files/stored-objects.ts';
import type { Looked } from './check.ts';

/** Changes that belong together: all of them are written, or none. */
export interface Change {
  readonly edits: readonly PlacedEdit[];
  /** The rule, or that the webhook adds it. */
  readonly because: string;
  /** Where a person looks for it. */
  readonly place: string;
}

export interface PlacedEdit {
  readonly manifest: ManifestObject;
  readonly edit: Edit;
}

export interface Left {
  readonly place: string;
  readonly rule: string;
  readonly why: string;
}

export interface Fixable {
  readonly changes: readonly Change[];
  readonly left: readonly Left[];
}

/** @param refuseFile why a file is not written into, if it is not */
export function findFixable(looked: Looked, refuseFile: (file: string) => string | undefined): Fixable {
  const changes: Change[] = looked.stored.flatMap(injectionOf);
  const left: Left[] = [];
  const manifestsOf = Map.groupBy(looked.stored, ({ object }) => formatName(referenceTo(object)));
  for (const located of looked.report.findings) {
    const { finding, file, line } = located;
    const place = `${file}:${line}`;
    const found = changeOf(located, (name) => manifestsOf.get(formatName(name)) ?? []);
    if (typeof found === 'string') left.push({ place, rule: finding.rule, why: found });
    else if (found !== undefined) changes.push({ edits: found, because: finding.rule, place });
  }
  const allowed = changes.filter((change) => {
    const why = change.edits.map(({ manifest }) => refusalOf(manifest, looked, refuseFile)).find(Boolean);
    if (why !== undefined) left.push({ place: change.place, rule: change.because, why });
    return why === undefined;
  });
  return { changes: allowed, left };
}

/** What is said of a change that no finding asks for. */
const INJECTED = 'as the webhook adds it';

function injectionOf({ manifest, object, patch }: StoredObject): readonly Change[] {
  if (patch === undefined) return [];
  const value = object.metadata.annotations[NEG] ?? '';
  const edit: Edit = { operation: 'set', object: referenceTo(object), path: annotationPath(NEG), value };
  return [{ edits: [{ manifest, edit }], because: INJECTED, place: `${manifest.file}:${manifest.lineOf([])}` }];
}

/** @returns the edits, why they are left to a person, or undefined where nobody has to do anything */
function changeOf(
  { finding }: LocatedFinding,
  manifestsOf: (name: ObjectName) => readonly StoredObject[],
): readonly PlacedEdit[] | string | undefined {
  if (finding.severity === SEVERITIES.at(-1)) return undefined;
  const why = reasonToLeave(finding);
  if (why !== undefined) return why;
  const placed: PlacedEdit[] = [];
  for (const edit of finding.fix.edits) {
    const [only, ...others] = manifestsOf(edit.object);
    if (only === undefined) return 'the object to change is in none of the files';
    if (others.length > 0) return 'the object to change is written more than once';
    if (isName(edit.path)) return 'it gives an object another name, which others may use';
    // What is judged there is the file laid over the cluster's: an index may be another one's.
    if (only.live !== undefined && edit.path.some((part) => typeof part === 'number')) {
      return 'it changes an item of a list, which may be elsewhere in the cluster';
    }
    placed.push({ manifest: only.manifest, edit });
  }
  return placed;
}

/** Rules whose one remedy is a proposal all the same. */
export const PROPOSALS: Readonly<Record<string, string>> = {
  'gce-class-not-offered': 'another class is another load balancer',
  'network-policy-blocks-google': 'it opens a NetworkPolicy',
  'path-wildcard-misplaced': 'its remedy is an example',
  'service-port-not-tcp': 'only who knows the app knows what it speaks',
};

function reasonToLeave({ rule, isCertain, isLate, fix }: Finding): string | undefined {
  if (!isCertain) return 'it is only possible';
  if (isLate) return 'it rests on something that is not there yet';
  if (fix.alternatives.length > 0) return 'there is more than one remedy';
  if (fix.commands.length > 0) return 'a command has to be run';
  if (fix.edits.length === 0) return 'it takes a decision or knowledge that is not in the files';
  const proposal = PROPOSALS[rule];
  if (proposal !== undefined) return proposal;
  if (fix.edits.some(isOff)) return 'it switches off what somebody asked for';
  // Who wrote it meant something, which nobody would hear of any more.
  const onlyTakesAway = fix.edits.every(({ operation }) => operation === 'remove');
  return onlyTakesAway ? 'it only takes away what somebody wrote, and may have meant for something else' : undefined;
}

function isOff(edit: Edit): boolean {
  return edit.operation === 'set' && edit.value === false && edit.path.at(-1) === 'enabled';
}

function isName(path: FieldPath): boolean {
  return (
    path.length === 0 ||
    (path[0] === 'metadata' && path[1] !== 'annotations' && path[1] !== 'labels') ||
    path[0] === 'kind'
  );
}

function refusalOf(
  manifest: ManifestObject,
  { failures, final }: Looked,
  refuseFile: (file: string) => string | undefined,
): string | undefined {
  if (failures.some(({ file }) => file === manifest.file)) return 'a part of its file cannot be read';
  // Helm and its like read the text, not the object.
  if (final.placeholders.has(manifest) || manifest.document.text.includes('{{')) return 'it is a template';
  return refuseFile(manifest.file);
}
