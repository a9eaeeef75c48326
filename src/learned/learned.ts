// What was learned of apps in this cluster, and how it is kept: a ConfigMap that the asker writes, and that everybody else reads as a
// fact. Whatever is in it is read within bounds, and what cannot be read is left out.
import type { ObjectName } from '../kubernetes/field-path.ts';
import type { ConfigMap } from '../kubernetes/objects.ts';
import { isEmpty, isJsonObject, type JsonObject, objectsOf, textOr, textsOf } from '../kubernetes/read.ts';
import type { RedirectTarget } from '../plan/app.ts';
import type { AppProtocol } from '../plan/protocol.ts';

/** In the namespace of the guard; deploy/components/asker ships it empty. */
export const LEARNED_CONFIG_MAP = 'gke-ingress-guard-learned';
/** Where the guard is installed, to whoever is not in its Pod. */
export const GUARD_NAMESPACE = 'gke-ingress-guard';
/** Its one key. */
const KEY = 'learned.json';
const MANAGED_BY = 'app.kubernetes.io/managed-by';
const ASKER = 'gke-ingress-guard-asker';

/** A request of Google's health check. */
export interface LearnedRequest {
  readonly protocol: AppProtocol;
  /** Of the container. */
  readonly port: number;
  /** The Host header; "" for the Pod's address. */
  readonly host: string;
  readonly path: string;
}

export interface Learned extends LearnedRequest {
  /** As the Pod names it. */
  readonly image: string;
  /** sha256:… of what ran under that name. */
  readonly digest: string;
  /** Hash of what it was set up with. */
  readonly settings: string;
  /** Whose content is in that hash, by name; of other ones only the name is. */
  readonly configMaps: readonly string[];
  /** 0 where nobody knows which, and it is not 200. */
  readonly status: number;
  /** Of the Location; "" for none. */
  readonly scheme: '' | 'http' | 'https';
  readonly redirectsTo: RedirectTarget | undefined;
  /** Who found it: the asker, Google's own health check, or a kubelet with the same request. */
  readonly source: LearnedSource;
  /** RFC 3339 in UTC, to the second. */
  readonly at: string;
  /** Of the Pod. */
  readonly namespace: string;
}

/** Where what was learned is kept: plans of all namespaces may rest on it. */
export function isLearnedStore({ kind, namespace, name }: ObjectName, home: string): boolean {
  return kind === 'ConfigMap' && namespace === home && name === LEARNED_CONFIG_MAP;
}

export type LearnedSource = 'asked' | 'google' | 'kubelet';

const encoder = new TextEncoder();

/** A few hundred characters or so each: what does not fit is the oldest. */
const MAX_LEARNED = 1000;
/** Half of what the API server takes of an object. */
export const MAX_STORE_BYTES = 512 * 1024;
const MAX_TEXT = 1024;
/** The catalogue names a few, and nobody else's content is in a hash. */
const MAX_CONFIG_MAPS = 50;
/** Without a confirmation for so long it is forgotten. */
const KEPT_DAYS = 30;
const DAY_MS = 24 * 3_600_000;

export interface LearnedStore {
  readonly learned: readonly Learned[];
  /** What is wrong with it, as a clause; undefined where nothing is. */
  readonly fault: string | undefined;
}

const NOTHING: LearnedStore = { learned: [], fault: undefined };

/** Entries that are no such thing are left out. */
export function readStore({ data }: Pick<ConfigMap, 'data'>): LearnedStore {
  const text = data[KEY];
  if (text === undefined || text === '') return NOTHING;
  if (text.length > MAX_STORE_BYTES) return { ...NOTHING, fault: `it is larger than ${MAX_STORE_BYTES / 1024} KiB` };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ...NOTHING, fault: 'it is no JSON' };
  }
  if (!isJsonObject(value) || value['version'] !== 1) return { ...NOTHING, fault: 'it is of another version' };
  const entries = objectsOf(value['learned']).slice(0, MAX_LEARNED);
  const learned = entries.flatMap((entry) => readLearned(entry) ?? []);
  const lost = entries.length - learned.length;
  return { learned, fault: lost === 0 ? undefined : `${lost} of its entries cannot be read` };
}

/** Who else may have written there keeps what is theirs. @returns as a clause; undefined where the asker may write it */
export function whyForeign({
  metadata: { labels },
  data,
}: Pick<ConfigMap, 'data'> & { readonly metadata: Pick<ConfigMap['metadata'], 'labels'> }): string | undefined {
  const others = Object.keys(data).filter((key) => key !== KEY);
  if (others.length > 0) return `it has the key ${JSON.stringify(others[0])}, which is not the guard's`;
  if (labels[MANAGED_BY] === ASKER) return undefined;
  return isEmpty(data) ? undefined : `it does not have the label ${MANAGED_BY}: ${ASKER}`;
}

/** The newest first, as many as there is room for. @param nowMs what is too old by then is left out */
export function writeStore(learned: readonly Learned[], nowMs: number): JsonObject {
  const kept: string[] = [];
  let size = 100;
  for (const one of newestFirst(learned, nowMs).slice(0, MAX_LEARNED)) {
    const line = JSON.stringify(one);
    size += encoder.encode(line).length + 2;
    if (size > MAX_STORE_BYTES) break;
    kept.push(line);
  }
  return { [KEY]: `{"version":1,"learned":[\n${kept.join(',\n')}\n]}\n` };
}

/** How much there is, and since when nothing was added to it. */
export function numbersOf(learned: readonly Learned[]): {
  readonly entries: number;
  readonly bytes: number;
  readonly newestAtMs: number | undefined;
} {
  const times = learned.map(({ at }) => Date.parse(at));
  const bytes = encoder.encode(JSON.stringify(learned)).length;
  return { entries: learned.length, bytes, newestAtMs: times.length === 0 ? undefined : Math.max(...times) };
}

function newestFirst(learned: readonly Learned[], nowMs: number): readonly Learned[] {
  return learned
    .filter(({ at }) => Date.parse(at) > nowMs - KEPT_DAYS * DAY_MS)
    .toSorted((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
}

/** @param today YYYY-MM-DD */
export function isCurrent({ at }: Learned, today: string): boolean {
  return Date.parse(at) > Date.parse(today) - KEPT_DAYS * DAY_MS;
}

/** One answer of each key. */
export function withLearnt(all: readonly Learned[], fresh: Learned): readonly Learned[] {
  const key = keyOf(fresh);
  const before = all.find((one) => keyOf(one) === key);
  return [...all.filter((one) => keyOf(one) !== key), before === undefined ? fresh : joined(before, fresh)];
}

/**
 * That Google was content counts more than what the asker heard, for it is Google who decides. That it was not says nothing of the app
 * where the asker got 200; where it got something else, both say the same, and the asker knows what. A kubelet is believed where
 * nobody else has looked.
 */
function joined(before: Learned, fresh: Learned): Learned {
  if (before.source === fresh.source || before.source === 'kubelet') return fresh;
  if (fresh.source === 'kubelet') return before;
  const [google, asked] = before.source === 'google' ? [before, fresh] : [fresh, before];
  if (google.status === 200) return google;
  return asked.status === 200 ? asked : { ...asked, source: 'google', at: fresh.at };
}

/**
 * An image by what it is, its settings, what is asked, and where: whoever may make Pods in one namespace can make one answer as they
 * like, and must not take away what was learned in another.
 */
export function keyOf({
  digest,
  settings,
  protocol,
  port,
  host,
  path,
  namespace,
}: Omit<Learned, 'image' | 'at' | 'configMaps'>): string {
  return JSON.stringify([digest, settings, protocol, port, host, path, namespace]);
}

const PROTOCOLS = ['HTTP', 'HTTPS', 'HTTP2'] as const;
const SCHEMES = ['', 'http', 'https'] as const;
const TARGETS = ['samePort', 'sameHost', 'otherHost'] as const;
const SOURCES = ['asked', 'google', 'kubelet'] as const;

function readLearned(raw: JsonObject): Learned | undefined {
  const text = (key: string): string => textOr(raw[key], '');
  const texts = ['image', 'digest', 'settings', 'path', 'host', 'at', 'namespace'].map(text);
  const { port, status } = raw;
  // What was written before the asker asked over TLS does not say.
  const protocol = PROTOCOLS.find((one) => one === (raw['protocol'] ?? 'HTTP'));
  const scheme = SCHEMES.find((one) => one === text('scheme'));
  const source = SOURCES.find((one) => one === text('source'));
  const isWhole =
    texts.every((one) => one.length <= MAX_TEXT) &&
    /^sha256:[0-9a-f]{64}$/.test(text('digest')) &&
    /^[0-9a-f]{32}$/.test(text('settings')) &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text('at')) &&
    text('path').startsWith('/');
  if (!isWhole || protocol === undefined || scheme === undefined || source === undefined) return undefined;
  if (!isBetween(port, 1, 65_535) || !(status === 0 || isBetween(status, 100, 599))) return undefined;
  return {
    image: text('image'),
    digest: text('digest'),
    settings: text('settings'),
    // One of before has none, and is not found where the content of any was in its hash.
    configMaps: textsOf(raw['configMaps']).slice(0, MAX_CONFIG_MAPS),
    protocol,
    port,
    host: text('host'),
    path: text('path'),
    status,
    scheme,
    redirectsTo: TARGETS.find((one) => one === text('redirectsTo')),
    source,
    at: text('at'),
    namespace: text('namespace'),
  };
}

function isBetween(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
}

/** Labels that say whose it is. */
export const LEARNED_LABELS: Readonly<Record<string, string>> = { [MANAGED_BY]: ASKER };
