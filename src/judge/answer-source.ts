// Who says what an app answers, in the words of every door.
import type { AnswerSource } from '../plan/app.ts';

export const ANSWER_SOURCES: Readonly<Record<AnswerSource, string>> = {
  catalogue: 'says the catalogue',
  signal: 'by a sign in the Pod',
  asked: 'asked of running Pods',
  google: "by Google's own health check",
  kubelet: 'by a warning of the kubelet',
};
