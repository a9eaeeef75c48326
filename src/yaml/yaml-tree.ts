// Where the fields of a YAML document are written, from the very events that its value is made of.
import { COLLECTION_STYLE, EVENT_ID, type Event, getScalarValue, SCALAR_STYLE } from 'js-yaml';
import { keyOf, resolvePlain } from './scalar.ts';
import type { Content, Entry, SourceTree } from './tree.ts';
import { isMergeKey } from './value.ts';

/** @param events of one document, from the event that opens it; a node is the index of its event */
export function createYamlTree(events: readonly Event[], source: string): SourceTree {
  const ends = findEnds(events);
  let targets: ReadonlyMap<number, number> | undefined;
  const contentOf = (node: number): Content => {
    const event = events[node];
    if (event?.type === EVENT_ID.ALIAS) {
      targets ??= findTargets(events, source);
      return { kind: 'alias', target: targets.get(node) ?? node };
    }
    if (event?.type !== EVENT_ID.MAPPING && event?.type !== EVENT_ID.SEQUENCE) return { kind: 'scalar' };
    const style = event.style === COLLECTION_STYLE.FLOW ? 'flow' : 'block';
    const inner: number[] = [];
    for (let at = node + 1; events[at]?.type !== EVENT_ID.POP && at < events.length; at = ends[at] ?? events.length) {
      inner.push(at);
    }
    if (event.type === EVENT_ID.SEQUENCE) return { kind: 'list', style, items: inner };
    const entries = inner.flatMap((keyNode, index): Entry[] => {
      const valueNode = inner[index + 1];
      return index % 2 === 1 || valueNode === undefined ? [] : [{ key: keyAt(keyNode), keyNode, valueNode }];
    });
    return { kind: 'mapping', style, entries };
  };
  const keyAt = (node: number): string | undefined => {
    const event = events[node];
    if (event?.type === EVENT_ID.ALIAS) {
      const content = contentOf(node);
      return content.kind === 'alias' && content.target !== node ? keyAt(content.target) : '';
    }
    if (event?.type !== EVENT_ID.SCALAR) return '';
    const text = getScalarValue(source, event);
    if (isMergeKey(event, text)) return undefined;
    return event.style === SCALAR_STYLE.PLAIN && event.tagStart < 0 ? (keyOf(resolvePlain(text)) ?? '') : text;
  };
  return {
    root: 1,
    contentOf,
    offsetOf: (node) => startOf(events[node], source),
    endOf: (node) => endOf(events[node], source),
    isMarked: (node) => isMarked(events[node]),
  };
}

/** For each event, the index behind the node that it begins. */
function findEnds(events: readonly Event[]): Int32Array {
  const ends = new Int32Array(events.length);
  const open: number[] = [];
  events.forEach((event, index) => {
    ends[index] = index + 1;
    if (event.type === EVENT_ID.POP) ends[open.pop() ?? index] = index + 1;
    else if (event.type !== EVENT_ID.SCALAR && event.type !== EVENT_ID.ALIAS) open.push(index);
  });
  return ends;
}

/** An alias stands for the last node before it that has the anchor. */
function findTargets(events: readonly Event[], source: string): ReadonlyMap<number, number> {
  const anchors = new Map<string, number>();
  const targets = new Map<number, number>();
  events.forEach((event, index) => {
    if (!('anchorStart' in event) || event.anchorStart < 0) return;
    const name = source.slice(event.anchorStart, event.anchorEnd);
    if (event.type === EVENT_ID.ALIAS) targets.set(index, anchors.get(name) ?? index);
    else anchors.set(name, index);
  });
  return targets;
}

function startOf(event: Event | undefined, source: string): number | undefined {
  if (event?.type === EVENT_ID.MAPPING || event?.type === EVENT_ID.SEQUENCE) return event.start;
  if (event?.type === EVENT_ID.ALIAS) return event.anchorStart - 1;
  if (event?.type !== EVENT_ID.SCALAR || event.valueStart < 0) return undefined;
  if (event.style === SCALAR_STYLE.PLAIN) return event.valueStart;
  if (event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED)
    return event.valueStart - 1;
  // Of a block scalar the events give the first line; its `|` or `>` ends the line before.
  const header = source.lastIndexOf('\n', event.valueStart - 2) + 1;
  return header + source.slice(header, event.valueStart).search(/[|>][-+0-9]*[ \t]*(?:#.*)?\r?\n?$/);
}

function endOf(event: Event | undefined, source: string): number | undefined {
  if (event?.type === EVENT_ID.ALIAS) return event.anchorEnd;
  if (event?.type !== EVENT_ID.SCALAR || event.valueStart < 0) return undefined;
  if (event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED)
    return event.valueEnd + 1;
  // A block scalar ends with its line breaks, which belong to nobody who inserts or replaces.
  return source.slice(0, event.valueEnd).trimEnd().length;
}

function isMarked(event: Event | undefined): boolean {
  if (event === undefined || !('tagStart' in event)) return false;
  return event.anchorStart >= 0 || event.tagStart >= 0;
}
