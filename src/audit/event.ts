// A finding as an Event of events.k8s.io/v1: about the object that has to change, related to the Ingress that shows it.
import { createHash } from 'node:crypto';
import { isSameName, type ObjectName, referenceTo } from '../kubernetes/field-path.ts';
import type { Kind, KubernetesObject } from '../kubernetes/objects.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { AuditedFinding, AuditSeverity } from './audit.ts';
import { keyOfFinding } from './current-findings.ts';
import { noteOf, resolvedNote } from './note.ts';
import { linkedNote } from './note-link.ts';

const REPORTING_CONTROLLER = 'gke-ingress-guard.dev/audit';

export interface ObjectReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** `kubectl describe` shows Events of this uid only. */
  readonly uid?: string;
}

/** What of an Event cannot change once it is written. */
export interface Announcement {
  /** The same for the same content, so that whoever leads next goes on with it. */
  readonly name: string;
  readonly namespace: string;
  readonly type: 'Warning' | 'Normal';
  readonly reason: string;
  readonly action: string;
  readonly note: string;
  readonly regarding: ObjectReference;
  readonly related: ObjectReference | undefined;
  /** Of the problem, however it is worded. */
  readonly problem: string;
  readonly severity: AuditSeverity;
}

export function announcementOf({ finding }: AuditedFinding, snapshot: Snapshot): Announcement {
  const about = objectToChange(finding.owner, finding.object, snapshot);
  const regarding = referenceOf(about);
  const shown = finding.places.find(({ ingress }) => !isSameName(referenceTo(ingress), regarding));
  return named({
    namespace: regarding.namespace,
    type: 'Warning',
    reason: reasonOf(finding.rule),
    action: 'Audit',
    note: linkedNote(noteOf(finding, referenceTo(about)), finding.rule),
    regarding,
    related: shown === undefined ? undefined : referenceOf(shown.ingress),
    problem: keyOfFinding(finding),
    severity: finding.severity === 'error' ? 'error' : 'warning',
  });
}

/** The one Event that says that it is over. */
export function resolutionOf({ note, ...announcement }: Announcement): Announcement {
  return named({ ...announcement, type: 'Normal', action: 'Resolve', note: resolvedNote(note) });
}

/** As Kubernetes' own controllers write reasons: probe-not-adopted is ProbeNotAdopted. */
function reasonOf(rule: string): string {
  return rule
    .split('-')
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join('');
}

/** The owner where it is there to be described, in the namespace whose readers may see the finding. */
export function objectToChange(owner: ObjectName, told: KubernetesObject, snapshot: Snapshot): KubernetesObject {
  if (owner.namespace !== told.metadata.namespace) return told;
  // Only kinds that the guard reads are in a snapshot.
  return snapshot.get(owner.kind as Kind, owner.namespace, owner.name) ?? told;
}

export function referenceOf({
  apiVersion,
  kind,
  metadata: { namespace, name, uid },
}: KubernetesObject): ObjectReference {
  return { apiVersion, kind, namespace, name, ...(uid === undefined ? {} : { uid }) };
}

/** Names go up to 253 characters, of which a dot and the hash take 17. */
const MAX_OBJECT_NAME = 236;

function named(content: Omit<Announcement, 'name'>): Announcement {
  const { type, note, regarding, related, problem } = content;
  const hash = createHash('sha256')
    .update(JSON.stringify([type, note, regarding, related ?? null, problem]))
    .digest('hex')
    .slice(0, 16);
  const start = regarding.name.slice(0, MAX_OBJECT_NAME).replace(/[^a-z0-9]+$/, '');
  return { ...content, name: `${start}.${hash}` };
}

/** The body that creates it. */
export function eventBody(announcement: Announcement, instance: string, now: string): object {
  const { name, namespace, type, reason, action, note, regarding, related } = announcement;
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { namespace, name },
    eventTime: now,
    reportingController: REPORTING_CONTROLLER,
    reportingInstance: instance.slice(0, MAX_INSTANCE),
    action,
    reason,
    type,
    note,
    regarding,
    ...(related === undefined ? {} : { related }),
  };
}

const MAX_INSTANCE = 128;
