// The catalogue of apps with what was heard laid over it: the rules then speak of a Pod that was asked as they speak of a known app,
// in the same words and with the same fixes.
import { referenceTo } from '../kubernetes/field-path.ts';
import type { Container, Workload } from '../kubernetes/objects.ts';
import type { AppAnswer, AppCatalogue, AppRequest, RedirectTarget } from '../plan/app.ts';
import { type AskedPod, type AskedTarget, googleViewOf, isToSameHost, redirectOf } from './asked.ts';
import type { Answer, Heard, Question } from './heard.ts';

/** The fix for an app that nobody knows: a rule's own. */
export type FixOf = (answer: { readonly redirectsToHttps: boolean }) => string;

interface Witness {
  readonly question: Question;
  readonly asked: AskedPod;
  readonly heard: Answer;
}

export function withAsked(base: AppCatalogue, targets: readonly AskedTarget[], fixOf: FixOf): AppCatalogue {
  const witnesses = witnessesOf(targets);
  const find = (workload: Workload, request: AppRequest): Witness | undefined =>
    witnesses.get(keyOf(workload))?.find(({ question }) => isOf(question, request));
  // What was heard to answer comes first; a redirect of the whole app is no matter of paths.
  const fixFor =
    (workload: Workload, { protocol }: AppRequest): FixOf =>
    (answer) => {
      const own = (witnesses.get(keyOf(workload)) ?? []).filter(({ question }) => isOver(question, protocol));
      const other = own.find(({ heard }) => heard.status === 200)?.question.path;
      if (other === undefined || other === '/' || answer.redirectsToHttps) return fixOf(answer);
      return `Let the check ask ${other}, which was heard to answer 200.`;
    };
  return {
    healthyRequestsOf: (workload, container, snapshot) => [
      ...(witnesses.get(keyOf(workload)) ?? []).flatMap(({ question, heard }) =>
        heard.status === 200 && isOver(question, 'HTTP') ? [{ port: question.port, path: question.path }] : [],
      ),
      ...base.healthyRequestsOf(workload, container, snapshot),
    ],
    answerOf: (workload, container, request, snapshot) => {
      const known = base.answerOf(workload, container, request, snapshot);
      const witness = find(workload, request);
      return witness === undefined ? known : answerOf(witness, container, known, fixFor(workload, request));
    },
  };
}

function isOf(question: Question, { port, path, protocol }: AppRequest): boolean {
  return question.port === port && question.path === withSlash(path) && isOver(question, protocol);
}

function isOver({ protocol }: Question, wanted: AppRequest['protocol'] = 'HTTP'): boolean {
  return protocol === wanted;
}

function withSlash(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}

function keyOf(workload: Workload): string {
  return Object.values(referenceTo(workload)).join('/');
}

/** For each workload one witness of a port and a path: of several Pods the one that fails. */
function witnessesOf(targets: readonly AskedTarget[]): ReadonlyMap<string, readonly Witness[]> {
  const all = targets.flatMap(({ target, asked }) =>
    asked.flatMap((one) => {
      const maker = target.workloads.find((workload) => isMadeBy(one, workload));
      return maker === undefined ? [] : heardOf(one).map((witness) => ({ key: keyOf(maker), witness }));
    }),
  );
  return new Map(
    [...Map.groupBy(all, ({ key }) => key)].map(([key, ofKey]) => [
      key,
      ofKey
        .map(({ witness }) => witness)
        .toSorted((a, b) => Number(a.heard.status === 200) - Number(b.heard.status === 200)),
    ]),
  );
}

function heardOf(asked: AskedPod): readonly Witness[] {
  const witness = (question: Question | undefined, heard: Heard | undefined): readonly Witness[] =>
    question === undefined || heard?.kind !== 'answer' ? [] : [{ question, asked, heard }];
  const view = googleViewOf(asked.google);
  const said = view.view === 'answers' ? asked.google[0] : view.because;
  return [...witness(asked.questions.google, said), ...witness(asked.questions.instead, asked.instead)];
}

/** By labels, and by what the serving container runs: in a roll-out the Pods of another revision are no witnesses. */
function isMadeBy({ pod: { object }, questions: { container } }: AskedPod, workload: Workload): boolean {
  if (workload.kind === 'Pod') return workload.metadata.name === object.metadata.name;
  const hasLabels = Object.entries(workload.podLabels).every(([key, value]) => object.podLabels[key] === value);
  const template = workload.containers.find(({ name }) => name === container?.name);
  return hasLabels && template !== undefined && container !== undefined && runsSame(template, container);
}

function runsSame(a: Container, b: Container): boolean {
  const of = ({ image, command, args }: Container): string => JSON.stringify([image, command, args]);
  return of(a) === of(b);
}

function answerOf(witness: Witness, { name }: Container, known: AppAnswer | undefined, fixOf: FixOf): AppAnswer {
  const { question, heard } = witness;
  const url = redirectOf(heard, question);
  const redirectsToHttps = url?.protocol === 'https:' && question.protocol === 'HTTP';
  const redirectsTo = redirectTargetOf(witness, url);
  const isExpected =
    known !== undefined && known.redirectsToHttps === redirectsToHttps && [0, heard.status].includes(known.status);
  return {
    app: known?.app ?? '',
    name: isExpected ? known.name : `container "${name}"`,
    status: heard.status,
    redirectsToHttps,
    ...(redirectsTo === undefined ? {} : { redirectsTo }),
    fix: isExpected ? known.fix : fixOf({ redirectsToHttps }),
    source: 'asked',
    unless: undefined,
  };
}

/** Where the kubelet got to says more than the address: Argo CD names the port that was asked, if the Host header does. */
function redirectTargetOf({ asked, question }: Witness, url: URL | undefined): RedirectTarget | undefined {
  if (url === undefined) return undefined;
  const { kubelet, questions } = asked;
  const isSameRequest =
    questions.kubelet.asks &&
    questions.kubelet.question.port === question.port &&
    withSlash(questions.kubelet.question.path) === question.path;
  if (kubelet !== undefined && isSameRequest && kubelet.hops.length > 1) {
    if (kubelet.result === 'success' && kubelet.port === question.port) return 'samePort';
    return 'sameHost';
  }
  if (kubelet !== undefined && isSameRequest && kubelet.result === 'warning') return 'otherHost';
  return isToSameHost(url, question) ? 'sameHost' : 'otherHost';
}
