// What a tenant must not learn: the names of objects in somebody else's namespace. Every object of a case gets twins in other
// namespaces, which compete for all that is one in a cluster or a project (NEG names, addresses, hosts), and what the
// webhook says of the case's own objects must not name them.
import { pino } from 'pino';
import { admit } from '../../src/admission/admit.ts';
import { parseReview } from '../../src/admission/review.ts';
import type { Finding } from '../../src/judge/finding.ts';
import type { Metrics } from '../../src/server/metrics.ts';
import { recordReview } from '../../src/server/record-review.ts';
import type { Corridor } from '../../src/verdict/corridor.ts';
import type { RawObject } from './objects.ts';
import { reviewOf } from './reviews.ts';

/** In the name or the namespace of every twin, and in nothing else. */
export const FOREIGN = 'zq-foreign';

/** The same names in another namespace; other names with references that follow; other names that nothing refers to. */
export function foreignTwins(objects: readonly RawObject[]): readonly RawObject[] {
  const names = new Set(objects.map((object) => String(metadataOf(object)['name'])));
  return objects
    .filter((object) => typeof metadataOf(object)['namespace'] === 'string')
    .flatMap((object) => [
      moved(object, `${FOREIGN}-same`),
      moved(renamed(object, names) as RawObject, `${FOREIGN}-names`),
      moved(object, `${FOREIGN}-lone`, `${FOREIGN}-${String(metadataOf(object)['name'])}`),
    ]);
}

function metadataOf(object: RawObject): RawObject {
  const metadata = object['metadata'];
  return typeof metadata === 'object' && metadata !== null ? (metadata as RawObject) : {};
}

function moved(object: RawObject, namespace: string, name?: string): RawObject {
  return {
    ...object,
    metadata: { ...metadataOf(object), namespace, ...(name === undefined ? {} : { name }) },
  };
}

/** Every text that is a name, also as a text in the JSON of an annotation. */
function renamed(value: unknown, names: ReadonlySet<string>): unknown {
  if (typeof value === 'string') {
    if (names.has(value)) return `${FOREIGN}-${value}`;
    return value.replaceAll(/"([^"]+)"/g, (quoted, text: string) =>
      names.has(text) ? `"${FOREIGN}-${text}"` : quoted,
    );
  }
  if (Array.isArray(value)) return value.map((one) => renamed(one, names));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, renamed(one, names)]));
}

/** All of a finding that is said, stored or counted: everything but `elsewhere`, which is for a reader with rights. */
export function textOf({ rule, message, note, fix, path, identity, owner, object }: Finding): string {
  const { kind, metadata } = object;
  return JSON.stringify([rule, message, note, fix, path, identity, owner, kind, metadata.namespace, metadata.name]);
}

const SILENT = pino({ level: 'silent' });

/** What both webhooks answer to this object; what they count goes to `metrics`. */
export function webhookTexts(
  raw: RawObject,
  old: RawObject | undefined,
  corridor: Corridor,
  metrics: Metrics,
): readonly string[] {
  return (['mutate', 'validate'] as const).map((webhook) => {
    const parsed = parseReview(reviewOf(raw, old === undefined ? {} : { old }));
    if (!parsed.ok) throw new TypeError(parsed.detail);
    const admission = admit(webhook, parsed.review, corridor);
    recordReview(webhook, parsed.review, admission, 1, { logger: SILENT, metrics });
    const { patch } = admission;
    return JSON.stringify([admission.answer, patch, admission.findings.map(({ finding }) => textOf(finding))]);
  });
}
