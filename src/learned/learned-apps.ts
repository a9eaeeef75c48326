// The catalogue of apps with what was learned in this cluster laid over it: a workload that comes with exactly the image and the
// settings of one that was seen is spoken of by the same rules. It is never certain, so that it warns and refuses nothing.
import type { ConfigMap, Container, Workload } from '../kubernetes/objects.ts';
import type { AppAnswer, AppCatalogue, AppRequest } from '../plan/app.ts';
import { readOnce } from '../plan/lazy.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { digestIn } from './cluster-pod.ts';
import { isCurrent, LEARNED_CONFIG_MAP, type Learned, readStore } from './learned.ts';
import { type Settings, settingsOf } from './settings.ts';

export interface LearnedInput {
  /** Of the guard, where its ConfigMap counts; one of the same name elsewhere is somebody else's. */
  readonly namespace: string;
  /** YYYY-MM-DD */
  readonly today: string;
  /** The fix for an app that nobody knows: a rule's own. */
  readonly fixOf: (answer: { readonly redirectsToHttps: boolean }) => string;
}

export function withLearned(base: AppCatalogue, input: LearnedInput): AppCatalogue {
  return {
    healthyRequestsOf: (workload, container, snapshot) => {
      const known = base.healthyRequestsOf(workload, container, snapshot);
      const own = sameSettings(workload, container, snapshot, input);
      const healthy = own.filter(
        (one) => one.protocol === 'HTTP' && one.host === '' && isProvenOk(one, workload, container),
      );
      return healthy.length === 0 ? known : [...healthy.map(({ port, path }) => ({ port, path })), ...known];
    },
    answerOf: (workload, container, request, snapshot) => {
      const known = base.answerOf(workload, container, request, snapshot);
      if (!hasImage(container, snapshot, input)) return known;
      const own = sameSettings(workload, container, snapshot, input).find((one) => isOf(one, request));
      if (own === undefined) return known;
      const isPinned = digestIn(container.image) !== undefined;
      if (own.status === 200)
        return known === undefined || isProvenOk(own, workload, container) ? healthyAnswer(own, container) : known;
      // What the catalogue says for certain needs no support.
      if (known !== undefined && !isOk(known) && known.unless === undefined) return known;
      return answerOf(own, {
        container,
        known,
        input,
        isPinned,
        settings: settingsIn(own, workload, container, snapshot),
      });
    },
  };
}

/** Of this image, whatever it is set up with; the newest first. */
export function learnedOfImage(container: Container, snapshot: Snapshot, input: LearnedInput): readonly Learned[] {
  const store = snapshot.get('ConfigMap', input.namespace, LEARNED_CONFIG_MAP);
  if (store === undefined) return [];
  const { byImage, byDigest } = indexOf(store);
  const digest = digestIn(container.image);
  const found = digest === undefined ? byImage.get(container.image) : byDigest.get(digest);
  return (found ?? []).filter((one) => isCurrent(one, input.today));
}

/** As far as whoever learned it could read them. */
function settingsIn({ configMaps }: Learned, workload: Workload, container: Container, snapshot: Snapshot): Settings {
  return settingsOf(container, workload.metadata.namespace, snapshot, configMaps);
}

/** Whether one was learned of the settings that this container comes with. */
export function hasSettings(
  workload: Workload,
  container: Container,
  snapshot: Snapshot,
): (learned: Learned) => boolean {
  // One hash for all that were learned alike, which is nearly always all.
  const hashes = new Map<string, string>();
  return (learned) => {
    const key = JSON.stringify(learned.configMaps);
    const hash = hashes.get(key) ?? settingsIn(learned, workload, container, snapshot).hash;
    hashes.set(key, hash);
    return hash === learned.settings;
  };
}

/** @param path as the plan has it */
export function isOf(learned: Learned, { port, path, host = '', protocol = 'HTTP' }: AppRequest): boolean {
  if (learned.protocol !== protocol || learned.port !== port || learned.host !== host) return false;
  return learned.path === (path.startsWith('/') ? path : `/${path}`);
}

/** Of several digests that one tag has stood for the newest comes first. */
const indexOf = readOnce((store: ConfigMap) => {
  const learned = readStore(store).learned.toSorted((a, b) => (a.at < b.at ? 1 : -1));
  return {
    byImage: Map.groupBy(learned, ({ image }) => image),
    byDigest: Map.groupBy(learned, ({ digest }) => digest),
  };
});

/** Most are of images that nobody has asked, and need no hash. */
function hasImage(container: Container, snapshot: Snapshot, input: LearnedInput): boolean {
  return learnedOfImage(container, snapshot, input).length > 0;
}

/** Those of its own namespace first, and of other ones those that fail: a 200 there proves nothing here. */
function sameSettings(
  workload: Workload,
  container: Container,
  snapshot: Snapshot,
  input: LearnedInput,
): readonly Learned[] {
  const all = learnedOfImage(container, snapshot, input);
  if (all.length === 0) return [];
  const rank = ({ namespace, status }: Learned): number =>
    namespace === workload.metadata.namespace ? 0 : status === 200 ? 2 : 1;
  return all.filter(hasSettings(workload, container, snapshot)).toSorted((a, b) => rank(a) - rank(b));
}

/** By its digest, for what a tag stands for may have changed; and in its own namespace. */
function isProvenOk(learned: Learned, workload: Workload, { image }: Container): boolean {
  return learned.status === 200 && digestIn(image) !== undefined && learned.namespace === workload.metadata.namespace;
}

function isOk({ status, redirectsToHttps, speaksTlsOnly }: AppAnswer): boolean {
  return status === 200 && !redirectsToHttps && speaksTlsOnly !== true;
}

function healthyAnswer(learned: Learned, { name }: Container): AppAnswer {
  const said = `container "${name}"`;
  const { source } = learned;
  return {
    app: '',
    name: said,
    status: 200,
    redirectsToHttps: false,
    fix: '',
    source,
    ...whenOf(learned),
    unless: undefined,
  };
}

interface Answered {
  readonly container: Container;
  readonly known: AppAnswer | undefined;
  readonly input: LearnedInput;
  readonly isPinned: boolean;
  readonly settings: Settings;
}

function answerOf(learned: Learned, { container, known, input, isPinned, settings }: Answered): AppAnswer {
  const { status, scheme, redirectsTo, source, protocol } = learned;
  const redirectsToHttps = scheme === 'https' && protocol === 'HTTP';
  const isExpected = known !== undefined && known.redirectsToHttps === redirectsToHttps && !isOk(known);
  const name = isExpected ? known.name : `container "${container.name}"`;
  return {
    app: isExpected ? known.app : '',
    name,
    status,
    redirectsToHttps,
    ...(redirectsTo === undefined ? {} : { redirectsTo }),
    fix: isExpected ? known.fix : input.fixOf({ redirectsToHttps }),
    source,
    ...whenOf(learned),
    unless: unlessOf(learned, isPinned, settings),
  };
}

/** What nobody has looked at since. */
function unlessOf({ source, at }: Learned, isPinned: boolean, { unseen }: Settings): string {
  const [configMap] = unseen;
  if (!isPinned) return 'its tag stands for another image now';
  if (configMap !== undefined) return `ConfigMap "${configMap}" says otherwise now`;
  if (source === 'kubelet') return 'it answers Google otherwise than the kubelet';
  return source === 'google' ? "Google's check asks something else now" : `it answers otherwise than on ${dayOf(at)}`;
}

export function dayOf(at: string): string {
  return at.slice(0, 10);
}

function whenOf({ at }: Learned): Pick<AppAnswer, 'seenOn'> {
  return { seenOn: dayOf(at) };
}
