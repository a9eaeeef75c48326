// Events (core/v1): what controllers say of an object. They are kept for an hour, and the same one again is counted.
import { plainText } from './plain-text.ts';
import { at, optionalInteger, textOr } from './read.ts';

export interface ObjectEvent {
  /** The object that it is about. */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Normal or Warning. */
  readonly type: string;
  readonly reason: string;
  /** In one line, safe to print. */
  readonly message: string;
  /** The component that said it, such as loadbalancer-controller. */
  readonly source: string;
  /** How often, at least 1. */
  readonly count: number;
  /** When it was last said, in milliseconds since the epoch; 0 where that cannot be read. */
  readonly lastSeenMs: number;
}

/** Never throws; a field of the wrong shape reads as absent. */
export function parseEvent(raw: unknown): ObjectEvent {
  const text = (...path: readonly string[]): string => plainText(textOr(at(raw, ...path), ''));
  const times = [
    text('series', 'lastObservedTime'),
    text('lastTimestamp'),
    text('eventTime'),
    text('metadata', 'creationTimestamp'),
  ];
  const count = optionalInteger(at(raw, 'series', 'count')) ?? optionalInteger(at(raw, 'count')) ?? 1;
  return {
    kind: text('involvedObject', 'kind'),
    namespace: text('involvedObject', 'namespace'),
    name: text('involvedObject', 'name'),
    type: text('type'),
    reason: text('reason'),
    message: text('message'),
    source: text('source', 'component') || text('reportingComponent'),
    count: Math.max(1, count),
    lastSeenMs: times.map((time) => Date.parse(time)).find((time) => Number.isFinite(time)) ?? 0,
  };
}
