// A finding as the note of an Event. The API server refuses a note above 1,024 bytes of UTF-8 (k8s.io/kubernetes
// pkg/apis/core/validation/events.go), and half a command is worthless: the fix stays whole, and what explains gives way.
import { ANSWER_SOURCES } from '../judge/answer-source.ts';
import type { Finding } from '../judge/finding.ts';
import type { Fix } from '../judge/fix.ts';
import { formatName, isSameName, type ObjectName, referenceTo } from '../kubernetes/field-path.ts';
import { singleLine } from '../kubernetes/plain-text.ts';
import { shellCommand } from '../shell-quote.ts';

export const MAX_NOTE_BYTES = 1024;
/** Less of a cause says nothing. */
const MIN_CAUSE_BYTES = 120;
const ELLIPSIS = '...';

const encoder = new TextEncoder();

export type NotedFinding = Pick<Finding, 'rule' | 'object' | 'message' | 'note' | 'answeredBy' | 'fix'>;

/** @param regarding the object that the Event is about: another one, at which the finding is said, is named */
export function noteOf(finding: NotedFinding, regarding: ObjectName): string {
  const { rule, object, answeredBy, fix } = finding;
  const name = referenceTo(object);
  const where = isSameName(name, regarding) ? '' : `${formatName(name)}: `;
  const said = answeredBy === undefined ? '' : `, ${ANSWER_SOURCES[answeredBy]}`;
  const cause = `${where}${singleLine(finding.message).replace(/\.$/, '')}${said}`;
  const caveat = singleLine(finding.note);
  const whole = endOf(rule, fix.text);
  const best = endOf(rule, bestOf(fix));
  const attempts = [
    ...(caveat === '' ? [] : [`${cause} [${rule}]. ${caveat} Fix: ${singleLine(fix.text)}`]),
    `${cause}${whole}`,
    `${cause}${best}`,
  ];
  const fitting = attempts.find((attempt) => bytesOf(attempt) <= MAX_NOTE_BYTES);
  if (fitting !== undefined) return fitting;
  const end = [whole, best].find((one) => bytesOf(one) <= MAX_NOTE_BYTES - MIN_CAUSE_BYTES) ?? pointer(rule, name);
  return `${shorten(cause, MAX_NOTE_BYTES - bytesOf(end))}${end}`;
}

/** The note of the Event that says that it is over: what it was, without what was to be done. */
export function resolvedNote(note: string): string {
  const [cause = note] = /^.*? \[[a-z0-9-]+\](?=(?: \(\S+\))?\. )/.exec(note) ?? [];
  return shorten(`No longer found: ${cause}`, MAX_NOTE_BYTES);
}

function endOf(rule: string, fix: string): string {
  return ` [${rule}]. Fix: ${singleLine(fix)}`;
}

/** The text of the first alternative: all of them are joined by ", or ". */
function bestOf({ text, alternatives }: Fix): string {
  return text.slice(0, text.length - alternatives.reduce((sum, one) => sum + ', or '.length + one.text.length, 0));
}

/** Where a fix that no Event holds is printed whole. */
function pointer(rule: string, { namespace }: ObjectName): string {
  const command = shellCommand(['gke-ingress-guard', 'audit', `--namespace=${namespace}`, `--rule=${rule}`]);
  return ` [${rule}]. The fix is too long for an Event: ${command} prints it`;
}

function bytesOf(text: string): number {
  return encoder.encode(text).length;
}

/** At most so many bytes, and never part of a character. */
function shorten(text: string, max: number): string {
  if (bytesOf(text) <= max) return text;
  const { read } = encoder.encodeInto(text, new Uint8Array(Math.max(0, max - ELLIPSIS.length)));
  return `${text.slice(0, read).trimEnd()}${ELLIPSIS}`;
}
