// What was heard of a Pod, in words: of Google's side and of the kubelet's, and what to type where nothing was heard. Whatever an app
// said is made plain here.
import { type AskedPod, type GoogleView, googleViewOf, isSame, type PassedPod } from '../asked/asked.ts';
import type { Answer, Heard, KubeletHeard, Question, Silence } from '../asked/heard.ts';
import { plainText } from '../kubernetes/plain-text.ts';
import { type Command, operand } from '../shell-quote.ts';

export const ASKED_THROUGH =
  "Through port-forward, to the Pod's own loopback, from an address that is not Google's: 200 says that the app answers, not that the load balancer finds it healthy.";

/** `UNHEALTHY to Google: 307 → https://10.0.0.5/healthz` */
export function googleInWords({ google, questions }: AskedPod): string {
  const view = googleViewOf(google);
  const [first, second] = google;
  const said =
    second !== undefined && !isSame(first, second)
      ? `${heardInWords(first, questions.google)}, then ${heardInWords(second, questions.google)}`
      : `${heardInWords(view.view === 'answers' ? first : view.because, questions.google)}${view.view === 'unknown' || second === undefined ? '' : ', twice'}`;
  return `${VIEWS[view.view]}: ${said}`;
}

const VIEWS: Readonly<Record<GoogleView['view'], string>> = {
  answers: 'answers Google',
  unhealthy: 'UNHEALTHY to Google',
  unknown: 'Google not known',
};

/** `Ready to Kubernetes: 200 after 307 → https://…` */
export function kubeletInWords({ kubelet, questions, pod }: AskedPod): string {
  if (!questions.kubelet.asks) return questions.kubelet.why;
  if (kubelet === undefined) return '';
  const { question } = questions.kubelet;
  const said = hopsInWords(kubelet, { ...question, protocol: question.scheme, host: pod.address });
  const isOtherwise = kubelet.result !== 'unknown' && pod.isReady !== (kubelet.result !== 'failure');
  const seen = isOtherwise ? `; its status says ${pod.isReady ? 'Ready' : 'not Ready'}, by more than this probe` : '';
  return `${RESULTS[kubelet.result]}: ${said}${seen}`;
}

const RESULTS: Readonly<Record<KubeletHeard['result'], string>> = {
  success: 'Ready to Kubernetes',
  warning: 'Ready to Kubernetes, with a Warning',
  failure: 'not Ready to Kubernetes',
  unknown: 'Kubernetes not known',
};

function hopsInWords({ hops }: KubeletHeard, question: Question): string {
  const words = hops.map((one) => heardInWords(one, question));
  const last = words.at(-1) ?? '';
  // Of a circle the first two show what it is.
  const before = words.slice(0, -1);
  const shown = before.length > 2 ? [...before.slice(0, 2), `${before.length - 2} more`] : before;
  return shown.length === 0 ? last : `${last} after ${shown.join(', ')}`;
}

export function heardInWords(heard: Heard, question: Question): string {
  return heard.kind === 'answer' ? answerInWords(heard) : silenceInWords(heard, question);
}

function answerInWords({ status, location, says }: Answer): string {
  if (location !== undefined && location !== '' && status >= 300 && status < 400) {
    return `${status} → ${plainText(location.slice(0, 200))}`;
  }
  return status === 200 || says === '' ? String(status) : `${status} (${JSON.stringify(plainText(says))})`;
}

function silenceInWords({ why, detail }: Silence, { port, timeoutSec, protocol }: Question): string {
  const more = detail === '' ? '' : `: ${plainText(detail)}`;
  switch (why) {
    case 'timeout':
      return `no answer within ${timeoutSec} s, with port-forward's own time in it`;
    case 'closed':
      return 'the connection was closed without an answer';
    case 'not-http':
      return `what it sends is not HTTP${more}`;
    case 'tls':
      return `port ${port} does not speak TLS, and the check is ${protocol}${more}`;
    case 'no-h2':
      return `port ${port} speaks TLS and does not offer HTTP/2 (ALPN h2)`;
    case 'refused':
      return `nothing listens on port ${port} of its loopback; an app that listens on the Pod's address alone looks the same`;
    case 'forbidden':
      return 'you may not forward its ports, which takes get and create of pods/portforward';
    case 'forward':
      return `port-forward failed${more}`;
    case 'unwritable':
      return `the request cannot be written as HTTP${more}`;
  }
}

/** What to type next; empty where the answer itself says what is wrong. */
export function nextOf({ google, questions, pod }: AskedPod): readonly Command[] {
  const silent = google.find((one) => one.kind === 'silence');
  const { name, namespace } = pod.object.metadata;
  const where = ['-n', namespace] as const;
  const known = operand(name);
  switch (silent?.why) {
    case 'forbidden':
      return ['get', 'create'].map((verb) => [
        'kubectl',
        'auth',
        'can-i',
        verb,
        'pods',
        '--subresource=portforward',
        ...where,
      ]);
    case 'forward':
      return [['kubectl', 'port-forward', `pod/${known}`, String(questions.google.port), ...where]];
    case 'refused':
    case 'timeout':
    case 'closed':
      return [['kubectl', 'logs', known, ...where, '--all-containers', '--tail=20']];
    default:
      return [];
  }
}

export function passedInWords({ pod, why }: PassedPod): string {
  if (why === 'leaving') return 'not asked: it is being deleted';
  if (why === 'not-running') return `not asked: it is ${plainText(pod.phase)}, not Running`;
  return why === 'no-address'
    ? 'not asked: it has no address yet'
    : 'not asked: no container declares the port by its name';
}

export function nextOfPassed({ pod, why }: PassedPod): readonly Command[] {
  const { name, namespace } = pod.object.metadata;
  return why === 'port-undeclared' || why === 'leaving'
    ? []
    : [['kubectl', 'describe', 'pod', operand(name), '-n', namespace]];
}
