// From the events of a YAML document to the value that kubectl makes of it: go.yaml.in/yaml/v2 (decode.go), then
// sigs.k8s.io/yaml. The last of two equal keys wins, and so does the later of a key and a merge. Nothing here recurses.
import {
  type AliasEvent,
  EVENT_ID,
  type Event,
  getScalarValue,
  type MappingEvent,
  SCALAR_STYLE,
  type ScalarEvent,
  type SequenceEvent,
} from 'js-yaml';
import { type AliasBudget, findExcess } from './alias-budget.ts';
import { YamlFault } from './fault.ts';
import { keyOf, resolvePlain, resolveTagged } from './scalar.ts';

export interface BuiltValue {
  readonly value: unknown;
  /** A key is twice in some mapping. */
  readonly hasDuplicates: boolean;
}

type Mapping = Record<string, unknown>;

interface Frame {
  readonly value: Mapping | unknown[];
  readonly anchor: Anchor | undefined;
  readonly offset: number;
  readonly nodesBefore: number;
  key: string | undefined;
  isMerge: boolean;
  /** Keys that a merge brought, which a key of its own may repeat. */
  merged: Set<string> | undefined;
}

interface Anchor {
  value: unknown;
  /** Nodes, with what its own aliases stand for; 0 as long as it is open. */
  nodes: number;
}

interface State {
  readonly source: string;
  readonly budget: AliasBudget;
  readonly frames: Frame[];
  readonly anchors: Map<string, Anchor>;
  nodes: number;
  aliased: number;
  hasDuplicates: boolean;
}

/**
 * @param events of one document, from the event that opens it
 * @throws YamlFault
 */
export function buildValue(events: readonly Event[], source: string, budget: AliasBudget): BuiltValue {
  const state: State = {
    source,
    budget,
    frames: [],
    anchors: new Map(),
    nodes: 1,
    aliased: 0,
    hasDuplicates: false,
  };
  let root: unknown;
  for (let index = 1; index < events.length; index += 1) {
    const event = events[index];
    if (event === undefined || event.type === EVENT_ID.DOCUMENT) break;
    let value: unknown;
    let offset = offsetOf(event);
    if (event.type === EVENT_ID.POP) {
      const frame = state.frames.pop();
      if (frame === undefined) break;
      if (frame.anchor !== undefined) frame.anchor.nodes = state.nodes - frame.nodesBefore;
      value = frame.value;
      offset = frame.offset;
    } else if (event.type === EVENT_ID.MAPPING || event.type === EVENT_ID.SEQUENCE) {
      open(state, event.type === EVENT_ID.MAPPING ? {} : [], event);
      continue;
    } else {
      state.nodes += 1;
      value = event.type === EVENT_ID.ALIAS ? readAlias(state, event) : readScalar(state, event);
    }
    const frame = state.frames.at(-1);
    if (frame === undefined) root = value;
    else add(state, frame, value, event, offset);
  }
  return { value: root, hasDuplicates: state.hasDuplicates };
}

function open(state: State, value: Mapping | unknown[], event: MappingEvent | SequenceEvent): void {
  const anchor = storeAnchor(state, event, value, 0);
  const offset = offsetOf(event);
  state.frames.push({
    value,
    anchor,
    offset,
    nodesBefore: state.nodes,
    key: undefined,
    isMerge: false,
    merged: undefined,
  });
  state.nodes += 1;
}

interface Anchored {
  readonly anchorStart: number;
  readonly anchorEnd: number;
}

function storeAnchor(state: State, event: Anchored, value: unknown, nodes: number): Anchor | undefined {
  if (event.anchorStart < 0) return undefined;
  const anchor = { value, nodes };
  state.anchors.set(state.source.slice(event.anchorStart, event.anchorEnd), anchor);
  return anchor;
}

function readAlias(state: State, event: AliasEvent): unknown {
  const name = state.source.slice(event.anchorStart, event.anchorEnd);
  const anchor = state.anchors.get(name);
  if (anchor === undefined) throw new YamlFault(`alias "${name}" has no anchor`, event.anchorStart);
  if (anchor.nodes === 0) throw new YamlFault(`what alias "${name}" stands for holds itself`, event.anchorStart);
  state.nodes += anchor.nodes;
  state.aliased += anchor.nodes;
  state.budget.aliased += anchor.nodes;
  const excess = findExcess(state.nodes, state.aliased, state.budget);
  if (excess !== undefined) throw new YamlFault(excess, event.anchorStart);
  return anchor.value;
}

function readScalar(state: State, event: ScalarEvent): unknown {
  const text = getScalarValue(state.source, event);
  let value: unknown = text;
  if (event.tagStart >= 0) value = readTagged(state.source.slice(event.tagStart, event.tagEnd), text, event);
  else if (event.style === SCALAR_STYLE.PLAIN) value = resolvePlain(text);
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new YamlFault(`${text} is a number that JSON does not have`, offsetOf(event));
  }
  storeAnchor(state, event, value, 1);
  return value;
}

function readTagged(tag: string, text: string, event: ScalarEvent): unknown {
  try {
    return resolveTagged(tag, text);
  } catch (cause) {
    throw new YamlFault(cause instanceof Error ? cause.message : String(cause), offsetOf(event));
  }
}

/** @param event the last that belongs to the value */
function add(state: State, frame: Frame, value: unknown, event: Event, offset: number): void {
  if (Array.isArray(frame.value)) {
    frame.value.push(value);
  } else if (frame.isMerge) {
    merge(frame, frame.value, value, offset);
    frame.isMerge = false;
  } else if (frame.key === undefined) {
    frame.isMerge = event.type === EVENT_ID.SCALAR && isMergeKey(event, value);
    if (!frame.isMerge) frame.key = readKey(value, offset);
  } else {
    const { key } = frame;
    if (Object.hasOwn(frame.value, key) && frame.merged?.delete(key) !== true) state.hasDuplicates = true;
    setKey(frame.value, key, value);
    frame.key = undefined;
  }
}

export function isMergeKey({ style, tagStart }: ScalarEvent, text: unknown): boolean {
  return text === '<<' && style === SCALAR_STYLE.PLAIN && tagStart < 0;
}

function readKey(value: unknown, offset: number): string {
  const key = keyOf(value);
  if (key !== undefined) return key;
  const what = value === null ? 'null' : Array.isArray(value) ? 'a list' : 'a mapping';
  throw new YamlFault(`${what} cannot be a key`, offset);
}

/** Of several, the first has the last word. */
function merge(frame: Frame, target: Mapping, source: unknown, offset: number): void {
  const sources: readonly unknown[] = Array.isArray(source) ? source.toReversed() : [source];
  for (const mapping of sources) {
    if (typeof mapping !== 'object' || mapping === null || Array.isArray(mapping)) {
      throw new YamlFault('only mappings can be merged (<<)', offset);
    }
    for (const [key, value] of Object.entries(mapping)) {
      frame.merged ??= new Set();
      frame.merged.add(key);
      setKey(target, key, value);
    }
  }
}

function setKey(target: Mapping, key: string, value: unknown): void {
  if (key !== '__proto__') target[key] = value;
  else Object.defineProperty(target, key, { value, configurable: true, enumerable: true, writable: true });
}

/** Where an event starts in its text; 0 for what closes a collection. */
function offsetOf(event: Event): number {
  if (event.type === EVENT_ID.SCALAR) return Math.max(event.valueStart, event.tagStart, 0);
  if (event.type === EVENT_ID.ALIAS) return event.anchorStart;
  return event.type === EVENT_ID.MAPPING || event.type === EVENT_ID.SEQUENCE ? event.start : 0;
}
