// Values that stand for others until somebody fills them in: $(NAME), ${NAME}, <NAME>, {{ }}, and upper-case stand-ins where the
// value is illegal in its field. Nothing that rests on one is known.
import type { FieldPath } from '../../kubernetes/field-path.ts';
import { isJsonObject, type JsonObject } from '../../kubernetes/read.ts';

export interface Placeholder {
  readonly path: FieldPath;
  /** All of the value. */
  readonly text: string;
}

const MARKS = /\$\([A-Za-z_][\w.-]*\)|\$\{[A-Za-z_][^{}]*\}|<[A-Za-z_][\w .-]*>|\{\{.*\}\}/s;

/** A host or a name of an object, which are lower case by their nature. */
const LOWER_CASE_FIELDS =
  /(?:^|\.)(?:host|hosts\.[0-9]+|secretName|serviceName|domains\.[0-9]+)$|^metadata\.(?:name|namespace)$|\.service\.name$|(?:global-static-ip-name|regional-static-ip-name|managed-certificates|pre-shared-cert|FrontendConfig)$/;
const STAND_IN = /(?:^|[./,-])[A-Z][A-Z0-9]*(?:[_-][A-Z0-9]+)*(?=$|[./,-])/;

/** Texts of containers are theirs: the shell and Kubernetes itself write $(NAME) and ${NAME} there. */
const OF_CONTAINERS = new Set(['env', 'envFrom', 'args', 'command', 'lifecycle', 'livenessProbe', 'startupProbe']);
/** Of an object that has more, the first are enough. */
const MAX_FOUND = 200;

export function findPlaceholders(raw: JsonObject): readonly Placeholder[] {
  const found: Placeholder[] = [];
  visit(raw, [], found);
  return found;
}

/** @param path of the value; it is the same array all the way down */
function visit(value: unknown, path: (string | number)[], found: Placeholder[]): void {
  if (found.length >= MAX_FOUND) return;
  if (typeof value === 'string') {
    if (isPlaceholder(value, path)) found.push({ path: [...path], text: value });
  } else if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) visitInside(value[index], index, path, found);
  } else if (isJsonObject(value)) {
    for (const key in value) if (isRead(key, path)) visitInside(value[key], key, path, found);
  }
}

function visitInside(value: unknown, last: string | number, path: (string | number)[], found: Placeholder[]): void {
  path.push(last);
  visit(value, path, found);
  path.pop();
}

function isRead(key: string, path: FieldPath): boolean {
  if (path.length === 0) return key === 'metadata' || key === 'spec';
  return !(path.includes('containers') && OF_CONTAINERS.has(key));
}

function isPlaceholder(text: string, path: FieldPath): boolean {
  if (text.length > MAX_LENGTH) return false;
  return MARKS.test(text) || (STAND_IN.test(text) && LOWER_CASE_FIELDS.test(path.join('.')));
}

/** Longer texts are programs or documents: nothing that is read here is as long. */
const MAX_LENGTH = 2000;

/** Where one is, the object cannot be read at all: what it is, its ports, what it is asked. */
const DECISIVE: Readonly<Record<string, RegExp>> = {
  Ingress:
    /^metadata\.annotations\.kubernetes\.io\/ingress\.class$|^spec\.ingressClassName$|\.port\.number$|\.pathType$/,
  Service:
    /^spec\.(?:type|clusterIP|ports)|^metadata\.annotations\.(?:.*\.)?(?:cloud\.google\.com|networking\.gke\.io|alpha\.kubernetes\.io)\//,
  BackendConfig: /^spec\./,
  FrontendConfig: /^spec\./,
  ManagedCertificate: /^spec\./,
};
const DECISIVE_IN_PODS = /\.(?:ports|readinessProbe)\./;

/** @returns the placeholder for which the object is not judged */
export function decisivePlaceholder(kind: string, placeholders: readonly Placeholder[]): Placeholder | undefined {
  const decides = DECISIVE[kind] ?? DECISIVE_IN_PODS;
  return placeholders.find(({ path }) => decides.test(path.join('.')));
}
