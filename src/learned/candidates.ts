// Which Pod stands for what a workload would run: it runs the image and the settings of the template, so that its answer is the
// answer of the next Pod too.

import { isToSameHost, redirectOf } from '../asked/asked.ts';
import type { Heard, Question } from '../asked/heard.ts';
import { questionsOf, type Target } from '../asked/targets.ts';
import type { Container, Workload } from '../kubernetes/objects.ts';
import { containersDeclaring, pickedBy } from '../plan/serving-containers.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { ClusterPod } from './cluster-pod.ts';
import type { Learned } from './learned.ts';
import { settingsOf } from './settings.ts';

export interface Candidate {
  readonly pod: ClusterPod;
  readonly workload: Workload;
  /** Of the template. */
  readonly container: Container;
  readonly question: Question;
  /** What its answer is an answer of. */
  readonly known: Pick<
    Learned,
    'image' | 'digest' | 'settings' | 'configMaps' | 'protocol' | 'port' | 'host' | 'path' | 'namespace'
  >;
}

/** For each workload behind the target the Pods that stand for it, in the order in which they are given. */
export function candidatesOf(target: Target, pods: readonly ClusterPod[], snapshot: Snapshot): readonly Candidate[] {
  if (target.service === undefined) return [];
  return pickedBy(target.service, target.workloads).flatMap((workload) =>
    pods.flatMap((pod) => candidateOf(target, workload, pod, snapshot) ?? []),
  );
}

function candidateOf(target: Target, workload: Workload, pod: ClusterPod, snapshot: Snapshot): Candidate | undefined {
  const declaring = containersDeclaring(workload, target.port);
  const container = declaring[0] ?? (workload.containers.length === 1 ? workload.containers[0] : undefined);
  const question = questionsOf(target, pod)?.google;
  if (container === undefined || question === undefined || !isMadeBy(pod, workload, container)) return undefined;
  const digest = pod.digests.get(container.name);
  if (digest === undefined) return undefined;
  const { namespace } = workload.metadata;
  const { hash, read } = settingsOf(container, namespace, snapshot);
  const { protocol, port, path } = question;
  const asked = { protocol, port, host: target.host, path: path.startsWith('/') ? path : `/${path}` };
  const known = { image: container.image, digest, settings: hash, configMaps: read, ...asked, namespace };
  return { pod, workload, container, question, known };
}

/** What a webhook adds to a Pod (variables, mounts) does not matter; what the template says must be there as it is. */
function isMadeBy({ object }: ClusterPod, { podLabels }: Workload, template: Container): boolean {
  const running = object.containers.find(({ name }) => name === template.name);
  if (running === undefined) return false;
  if (!Object.entries(podLabels).every(([key, value]) => object.podLabels[key] === value)) return false;
  const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
  return (
    running.image === template.image &&
    same(running.command, template.command) &&
    same(running.args, template.args) &&
    same(running.envFrom, template.envFrom) &&
    isAmong(template.env, running.env) &&
    isAmong(template.mounts, running.mounts)
  );
}

function isAmong(wanted: readonly unknown[], there: readonly unknown[]): boolean {
  const all = new Set(there.map((one) => JSON.stringify(one)));
  return wanted.every((one) => all.has(JSON.stringify(one)));
}

/** Whatever it is set up with. */
export function programOf({ known }: Candidate): string {
  return JSON.stringify([known.digest, known.port, known.path]);
}

/** The first of each program and setting: Pods of one template answer alike. */
export function onePerProgram(candidates: readonly Candidate[]): readonly Candidate[] {
  const groups = Map.groupBy(candidates, (one) => `${programOf(one)} ${one.known.settings}`);
  return [...groups.values()].flatMap(([first]) => first ?? []);
}

/** Refusals that may be for the asker's address, and what an app answers while something else is wrong. */
const OF_THE_MOMENT: readonly number[] = [403, 408, 425, 429];

/** @returns undefined for what says nothing of the app: silence, 403 (a NetworkPolicy or a mesh may let Google in), 5xx */
export function learnedFrom({ known, question }: Candidate, heard: Heard, at: string): Learned | undefined {
  if (heard.kind === 'silence') return undefined;
  const { status } = heard;
  if (status < 100 || status >= 500 || OF_THE_MOMENT.includes(status)) return undefined;
  const url = redirectOf(heard, question);
  const scheme = url?.protocol === 'https:' ? 'https' : url?.protocol === 'http:' ? 'http' : '';
  const redirectsTo = url === undefined ? undefined : isToSameHost(url, question) ? 'sameHost' : 'otherHost';
  return { ...known, status, scheme, redirectsTo, source: 'asked', at };
}

/** RFC 3339 in UTC, to the second. */
export function atSecond(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
