// What is seen in the cluster of one Ingress, beside its plan: what GKE has made of it, what its controllers say, and
// each difference with what to do next. Everything seen was made safe to print where it was read (seen/seen.ts).
import type { ObjectEvent } from '../kubernetes/event.ts';
import { shortenMiddle } from '../kubernetes/shorten-middle.ts';
import type { IngressPlan } from '../plan/plan.ts';
import { findReplaced } from '../plan/replaced.ts';
import { ageInWords, type Difference, nextInWords } from '../seen/difference.ts';
import type { SeenIngress } from '../seen/seen.ts';
import { matchBackends } from '../seen/seen-backends.ts';
import { wrapCommand, wrapProse } from './explain-wrap.ts';

export const DIFFERS = '≠';

export interface SeenReport {
  readonly seen: SeenIngress;
  readonly differences: readonly Difference[];
  /** When the cluster was read, in milliseconds since the epoch. */
  readonly nowMs: number;
}

const INDENT = 13;

export function seenLines(plan: IngressPlan, { seen, differences, nowMs }: SeenReport): readonly string[] {
  const { addresses, finalizer, resources } = seen;
  return [
    'seen in the cluster',
    ...line('address', addresses.length === 0 ? 'none' : addresses.join(', ')),
    ...line('finalizer', finalizer ?? 'none'),
    ...Object.entries(resources).flatMap(([kind, name], index) => line(index === 0 ? 'built' : '', `${kind} ${name}`)),
    ...backendLines(plan, seen),
    ...negLines(seen),
    ...eventLines(seen, nowMs),
    ...secretLines(plan),
    ...headerLines(plan),
    ...(differences.length === 0
      ? ['  No difference from the plan is seen.']
      : differences.flatMap((difference) => differenceLines(difference))),
  ];
}

function line(label: string, text: string): readonly string[] {
  return wrapProse(`  ${label.padEnd(INDENT - 2)}`, text, INDENT);
}

function backendLines(plan: IngressPlan, seen: SeenIngress): readonly string[] {
  const matches = matchBackends(plan.backends, seen);
  return seen.backends.flatMap((one, index) => {
    const owner = matches.planOf(one);
    const of = owner === undefined ? '' : ` (Service ${owner.serviceName}:${owner.port.name || owner.port.number})`;
    return line(index === 0 ? 'backends' : '', `${one.health} ${one.name}${of}`);
  });
}

function negLines({ negs }: SeenIngress): readonly string[] {
  return negs.flatMap(({ service, port, name, zones }, index) => {
    const where = zones.length === 0 ? 'in no zone' : `in ${zones.join(', ')}`;
    return line(index === 0 ? 'NEGs' : '', `${name} (Service ${service}:${port}) ${where}`);
  });
}

/** More say nothing new to a reader: the controller repeats itself. */
const MAX_EVENTS = 8;

function eventLines({ events, knowsEvents }: SeenIngress, nowMs: number): readonly string[] {
  if (!knowsEvents) return line('Events', 'may not be read');
  if (events.length === 0) return line('Events', 'none; they are kept for an hour');
  const shown = events
    .slice(0, MAX_EVENTS)
    .flatMap((event, index) => line(index === 0 ? 'Events' : '', eventInWords(event, nowMs)));
  const more = events.length - MAX_EVENTS;
  return more <= 0 ? shown : [...shown, ...line('', `and ${more} more`)];
}

/** Longer ones repeat whole requests to Google's API; `kubectl describe` has them in full. */
const MAX_MESSAGE = 200;

function eventInWords({ kind, name, type, reason, message, count, lastSeenMs }: ObjectEvent, nowMs: number): string {
  const often = count === 1 ? '' : `, ${count} times`;
  const text = shortenMiddle(message, MAX_MESSAGE);
  return `${ageInWords(nowMs - lastSeenMs)} ago${often}: ${type} ${reason} of ${kind} ${name}: ${text}`;
}

function secretLines({ frontEnd: { tls } }: IngressPlan): readonly string[] {
  if (tls.secretNames.length === 0) return [];
  const names = tls.secretNames.map((name) => `"${name}"`).join(', ');
  return line('TLS', `Secrets are never read, so whether ${names} can be used is not known`);
}

/**
 * Whose response headers the controller empties at every sync: nobody who has set them by hand would look for that in a
 * BackendConfig which does not speak of them (pkg/backends/features/customresponseheaders.go).
 */
function headerLines(plan: IngressPlan): readonly string[] {
  if (!plan.served.served) return [];
  const replaced = findReplaced(plan.ingress, () => plan.urlMap);
  const emptied = plan.backends.filter(
    ({ backendConfig: found, error, key }) =>
      error === undefined &&
      !replaced.has(key) &&
      found.state === 'found' &&
      found.object.customResponseHeaders.length === 0,
  );
  if (emptied.length === 0) return [];
  const names = emptied.map(({ serviceName, port }) => `${serviceName}:${port.name || port.number}`).join(', ');
  const whose = emptied.length === 1 ? 'its BackendConfig sets' : 'their BackendConfigs set';
  return line(
    'headers',
    `response headers that somebody sets by hand for Service ${names} go at every sync: ${whose} none`,
  );
}

function differenceLines({ message, next }: Difference): readonly string[] {
  const wrap = 'command' in next ? wrapCommand : wrapProse;
  return [...wrapProse(`  ${DIFFERS} `, message, 4), ...wrap('    Fix: ', nextInWords(next), 8)];
}

/** The key `seen` of `explain --format json` with a cluster. Additions are welcome, changes are not. */
export interface SeenJson {
  readonly addresses: readonly string[];
  /** null where the controller has not put one on. */
  readonly finalizer: string | null;
  /** By the rest of the annotation's key, such as url-map or https-forwarding-rule. */
  readonly resources: Readonly<Record<string, string>>;
  /** Backend services of the URL map; `service` and `port` are null where nothing in the plan leads to one. */
  readonly backends: readonly {
    readonly name: string;
    readonly health: string;
    readonly service: string | null;
    readonly port: number | string | null;
  }[];
  readonly negs: readonly {
    readonly service: string;
    readonly port: number;
    readonly name: string;
    readonly zones: readonly string[];
  }[];
  /** null where they may not be read; the newest few otherwise, newest first. */
  readonly events:
    | readonly {
        readonly kind: string;
        readonly name: string;
        readonly type: string;
        readonly reason: string;
        readonly message: string;
        readonly source: string;
        readonly count: number;
        /** RFC 3339. */
        readonly lastSeen: string;
      }[]
    | null;
  readonly differences: readonly {
    /** Such as never-taken, backend-unhealthy, event-not-predicted (docs/explain-live.md). */
    readonly id: string;
    readonly message: string;
    readonly next: string;
    /** Whether a problem of the plan names the cause. */
    readonly predicted: boolean;
  }[];
}

export function seenJson(plan: IngressPlan, { seen, differences }: SeenReport): SeenJson {
  const matches = matchBackends(plan.backends, seen);
  return {
    addresses: seen.addresses,
    finalizer: seen.finalizer ?? null,
    resources: seen.resources,
    backends: seen.backends.map((one) => {
      const owner = matches.planOf(one);
      const port = owner?.servicePort?.port ?? (owner?.port.name || owner?.port.number);
      return { name: one.name, health: one.health, service: owner?.serviceName ?? null, port: port ?? null };
    }),
    negs: seen.negs.map(({ service, port, name, zones }) => ({ service, port, name, zones })),
    events: seen.knowsEvents
      ? seen.events.slice(0, MAX_EVENTS).map(({ kind, name, type, reason, message, source, count, lastSeenMs }) => ({
          kind,
          name,
          type,
          reason,
          message,
          source,
          count,
          lastSeen: new Date(lastSeenMs).toISOString(),
        }))
      : null,
    differences: differences.map(({ id, message, next, isPredicted }) => ({
      id,
      message,
      next: nextInWords(next),
      predicted: isPredicted,
    })),
  };
}
