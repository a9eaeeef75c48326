// What the files do to load balancers that were built from their base: every Ingress of both is planned, and each change is said
// where it was made, in the files as they are now.
import { resolve } from 'node:path';
import { wordsOfChange } from '../../judge/change-words.ts';
import type { Finding } from '../../judge/finding.ts';
import { renderFix } from '../../judge/fix.ts';
import { referenceTo } from '../../kubernetes/field-path.ts';
import { nameOf } from '../../kubernetes/objects.ts';
import { causeOf, type PlanChange } from '../../plan/change.ts';
import { comparePlans } from '../../plan/changes.ts';
import { createModes } from '../../policy/policy.ts';
import type { CheckReport, LocatedFinding } from '../../report/check-report.ts';
import { loadBalancerChanges } from '../../rules/load-balancer-changes.ts';
import { exemptionSettings } from '../../verdict/corridor.ts';
import { createExemptions } from '../../verdict/verdict.ts';
import type { Base } from '../base/read-base.ts';
import { takeFinal } from '../files/final.ts';
import { markOf } from '../files/source-mark.ts';
import type { StoredObject } from '../files/stored-objects.ts';
import { type PlannedIngress, type PlannedWorld, planWorld } from './planned-world.ts';
import { createWorld, type Surroundings, type World } from './world.ts';

/** @returns the report with what changes in it */
export function compareWithBase(
  report: CheckReport,
  now: World,
  { name, manifests }: Base,
  surroundings: Surroundings,
): CheckReport {
  const was = createWorld(manifests, takeFinal(manifests.objects, manifests.files), surroundings);
  const before = planWorld(was);
  const after = planWorld(now, namesIn(was));
  const isExempt = createExemptions(exemptionSettings(now.corridor));
  const found = pairsOf(before, after).flatMap((pair) =>
    changesOf(pair, { before, after, isPartly: manifests.failures.length > 0 }),
  );
  const all = [...new Map(found.map((one) => [keyOf(one), one])).values()];
  return {
    ...report,
    findings: [...report.findings, ...all.filter(({ finding }) => !isExempt(finding))],
    exempted: [...report.exempted, ...all.filter(({ finding }) => isExempt(finding))],
    // What has gone is no riddle any more.
    unseen: report.unseen.filter(({ object }) => !after.isGone(object)),
    base: { name, changes: all.length },
  };
}

/** One Service behind two Ingresses has one backend. */
function keyOf({ finding, file, line }: LocatedFinding): string {
  return [file, line, nameOf(finding.object), finding.message].join('\0');
}

function namesIn({ stored }: World): ReadonlySet<string> {
  return new Set(stored.map(({ object }) => nameOf(object)));
}

interface Pair {
  readonly was: PlannedIngress | undefined;
  readonly now: PlannedIngress | undefined;
}

/** The same Ingress on both sides: in the same file, else wherever it was moved to. */
function pairsOf(before: PlannedWorld, after: PlannedWorld): readonly Pair[] {
  const left = new Set(before.ingresses);
  const take = (found: PlannedIngress | undefined): PlannedIngress | undefined => {
    if (found !== undefined) left.delete(found);
    return found;
  };
  const byName = Map.groupBy(before.ingresses, ({ stored }) => nameOf(stored.object));
  const sameOf = ({ stored }: PlannedIngress): readonly PlannedIngress[] =>
    (byName.get(nameOf(stored.object)) ?? []).filter((one) => left.has(one));
  const fileOf = ({ stored }: PlannedIngress): string => resolve(stored.manifest.file);
  const inPlace = new Map(
    after.ingresses.map((one) => [one, take(sameOf(one).find((was) => fileOf(was) === fileOf(one)))]),
  );
  const pairs = after.ingresses.map((now) => ({ was: inPlace.get(now) ?? take(sameOf(now)[0]), now }));
  // What is on its way to be another object is not gone.
  const gone = [...left].filter(({ stored }) => !after.isUnclear(stored.object));
  return [...pairs, ...gone.map((was) => ({ was, now: undefined }))];
}

interface Sides {
  readonly before: PlannedWorld;
  readonly after: PlannedWorld;
  /** Whether some of what was there before cannot be read: then nothing is known to be new. */
  readonly isPartly: boolean;
}

function changesOf({ was, now }: Pair, { before, after, isPartly }: Sides): readonly LocatedFinding[] {
  const changes = comparePlans(was?.plan, now?.plan).filter(({ kind }) => !(isPartly && kind === 'ingress-new'));
  const here = now ?? was;
  if (here === undefined || isOff(here, after)) return [];
  return changes.map((change) => {
    if (now === undefined) return located(change, here.stored, [], placeOfGone(here.stored, after));
    const isEdited = (name: Parameters<PlannedWorld['find']>[0]): boolean => {
      const object = after.find(name, now.view);
      return (
        object !== undefined &&
        JSON.stringify(object.object) !== JSON.stringify(was && before.find(name, was.view)?.object)
      );
    };
    const { object, path } = causeOf(change, isEdited);
    const gone = change.causes.flatMap((one) => {
      const stood =
        was && after.find(one.object, now.view) === undefined ? before.find(one.object, was.view) : undefined;
      return stood === undefined ? [] : [stood];
    });
    return located(change, after.find(object, now.view) ?? now.stored, path, undefined, gone[0]);
  });
}

function isOff({ stored, view }: PlannedIngress, { world }: PlannedWorld): boolean {
  return createModes(world.corridor.policy, view)(loadBalancerChanges.id, stored.object.metadata.namespace) === 'off';
}

type Line = Pick<LocatedFinding, 'file' | 'line' | 'mark'>;

const WHOLE_LINE = { column: 1, endColumn: 1, source: undefined };

/** Its line, where the file is gone too; in a file that is still there it is another's now. */
function placeOfGone({ manifest }: StoredObject, { files }: PlannedWorld): Line {
  const isThere = files.has(resolve(manifest.file));
  return { file: manifest.file, line: isThere ? 1 : manifest.lineOf([]), mark: WHOLE_LINE };
}

/** @param gone what was there before, and is not any more */
function located(
  change: PlanChange,
  { manifest, object }: StoredObject,
  path: Finding['path'],
  at: Line = { file: manifest.file, line: manifest.lineOf(path), mark: markOf(manifest, path) },
  gone?: StoredObject,
): LocatedFinding {
  const { message, note = '', fix = [], identity = '', severity } = wordsOfChange(change);
  const stood =
    gone === undefined ? '' : `${nameOf(gone.object)} stood in ${gone.manifest.file}:${gone.manifest.lineOf([])}.`;
  const finding: Finding = {
    rule: loadBalancerChanges.id,
    severity,
    isCertain: change.isCertain,
    isLate: false,
    condition: undefined,
    // Only kinds that rules judge are causes.
    object,
    owner: referenceTo(object),
    path,
    message,
    note: [note, stood].filter((text) => text !== '').join(' '),
    elsewhere: '',
    fix: renderFix(fix, referenceTo(object)),
    identity,
    places: [{ ingress: change.plan.ingress, place: change.place }],
  };
  return { finding, ...at };
}
