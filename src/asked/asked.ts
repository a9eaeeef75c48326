// What came of asking: for each backend the Pods that were asked and what they said; and what Google makes of that.
import type { BackendPlan } from '../plan/backend-plan.ts';
import type { Answer, Heard, KubeletHeard, Question, Silence } from './heard.ts';
import type { PodQuestions, RunningPod, Target } from './targets.ts';

export interface AskedPod {
  readonly pod: RunningPod;
  readonly questions: PodQuestions;
  /** One after the other. */
  readonly google: readonly [Heard, ...Heard[]];
  /** undefined where the kubelet asks for no page, or its way was closed already. */
  readonly kubelet: KubeletHeard | undefined;
  readonly instead: Heard | undefined;
}

/** A Pod that was not asked, and why. */
export interface PassedPod {
  readonly pod: RunningPod;
  readonly why: 'leaving' | 'not-running' | 'no-address' | 'port-undeclared';
}

export interface AskedTarget {
  /** Of the plan; undefined for a workload that no Ingress leads to. */
  readonly backend: BackendPlan | undefined;
  readonly target: Target;
  readonly asked: readonly AskedPod[];
  readonly passed: readonly PassedPod[];
  /** Running ones beyond the bound. */
  readonly leftOut: number;
  /** What to do, in a rule's words, where no finding says it already. */
  readonly fix?: string;
}

/** A backend whose check goes to no Pod. */
export interface UnaskedBackend {
  readonly backend: BackendPlan;
  readonly why: string;
}

export interface AskedReport {
  /** YYYY-MM-DD in UTC. */
  readonly day: string;
  readonly targets: readonly AskedTarget[];
  readonly unasked: readonly UnaskedBackend[];
}

/** What Google makes of what was heard; `unknown` where the way to the Pod, or its speed, says nothing of Google's. */
export type GoogleView =
  | { readonly view: 'answers' }
  | { readonly view: 'unhealthy'; readonly because: Heard }
  | { readonly view: 'unknown'; readonly because: Silence };

/** Where an answer of it fails; undefined where none does, or none was given. */
export function failedAnswerOf({
  asked,
}: Pick<AskedTarget, 'asked'>): { readonly answer: Answer; readonly question: Question } | undefined {
  for (const { google, questions } of asked) {
    const view = googleViewOf(google);
    if (view.view === 'unhealthy' && view.because.kind === 'answer')
      return { answer: view.because, question: questions.google };
  }
  return undefined;
}

/** The worst of several: one Pod that fails once is what a person looks for. */
export function googleViewOf(heard: readonly Heard[]): GoogleView {
  const failed = heard.find(isFailure);
  if (failed !== undefined) return { view: 'unhealthy', because: failed };
  const silent = heard.find((one) => one.kind === 'silence');
  return silent === undefined ? { view: 'answers' } : { view: 'unknown', because: silent };
}

const OF_THE_APP: readonly Silence['why'][] = ['closed', 'not-http', 'tls', 'no-h2'];

function isFailure(heard: Heard): boolean {
  return heard.kind === 'answer' ? heard.status !== 200 : OF_THE_APP.includes(heard.why);
}

/** Whether both were heard to say the same. */
export function isSame(a: Heard, b: Heard): boolean {
  if (a.kind === 'silence' || b.kind === 'silence') return a.kind === b.kind && whyOf(a) === whyOf(b);
  return a.status === b.status && a.location === b.location;
}

function whyOf(heard: Heard): string {
  return heard.kind === 'silence' ? heard.why : '';
}

/** A redirect, with the address that it names made whole. */
export function redirectOf({ status, location }: Answer, { protocol, host, path }: Question): URL | undefined {
  if (status < 300 || status >= 400 || location === undefined || location === '') return undefined;
  const base = `${protocol === 'HTTP' ? 'http' : 'https'}://${host}`;
  return (URL.canParse(base) ? URL.parse(location, new URL(path, base).href) : URL.parse(location)) ?? undefined;
}

/** As the kubelet compares them: whatever the ports (kubernetes/kubernetes pkg/probe/http RedirectChecker). */
export function isToSameHost({ hostname }: URL, { host }: Question): boolean {
  return hostname === URL.parse(`http://${host}`)?.hostname;
}
