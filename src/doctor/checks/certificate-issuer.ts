import { at, type JsonObject, objectsOf, stringMapOf, textOr, textsOf } from '../../kubernetes/read.ts';
import { aboutWebhooks, type Check, type Problem } from '../check.ts';
import { type Installation, need, subjectOf } from '../installation.ts';
import { certificateObjectOf, lookAtIssuer, tlsSecret } from '../issuer.ts';

const INJECT_FROM = 'cert-manager.io/inject-ca-from';
/** For the controller to do what is due. */
const RENEWAL_GRACE_MS = 60 * 60_000;

export const certificateIssuer: Check = {
  id: 'certificate-issuer',
  looksAt:
    "Where cert-manager issues the certificate: its Certificate is there, ready, renewed in time, and for the Service's name.",
  why: 'A renewal that has failed is silent until the day that the certificate expires.',
  ok: "cert-manager's Certificate is in order, or is not in use",
  needs: ['mutating', 'validating', 'certificates'],
  subject: aboutWebhooks,
  run: (installation) => {
    const fix = lookAtIssuer(installation, need(installation, 'validating'));
    const sources = ['mutating', 'validating'] as const;
    const injected = sources.map((single) => annotationOf(need(installation, single))).filter((from) => from !== '');
    if (injected.length === 0) return [];
    const certificate = certificateObjectOf(installation);
    const { namespace } = installation.guard;
    if (certificate === undefined) {
      const message = `the configurations want their CA from ${injected[0]}, but no Certificate writes the Secret ${tlsSecret(installation)}: nobody issues or renews it.`;
      return [{ status: 'error', subject: `Certificate/${namespace}`, message, fix }];
    }
    const named = textOr(at(certificate, 'metadata', 'name'), '');
    const astray = injected.find((from) => from !== `${namespace}/${named}`);
    const subject = subjectOf(certificate);
    const problems = [...judge(certificate, installation)].map((problem) => ({ subject, fix, ...problem }));
    if (astray === undefined) return problems;
    const message = `a configuration takes its CA from ${astray}, and the Secret is of ${namespace}/${named}: caBundle will not verify what the guard serves.`;
    return [...problems, { status: 'error', subject, message, fix }];
  },
};

function annotationOf(configuration: JsonObject): string {
  return stringMapOf(at(configuration, 'metadata', 'annotations'))[INJECT_FROM] ?? '';
}

function judge(
  certificate: JsonObject,
  { guard, nowMs, origin }: Installation,
): readonly Pick<Problem, 'status' | 'message'>[] {
  const problems: Pick<Problem, 'status' | 'message'>[] = [];
  const name = `${guard.name}.${guard.namespace}.svc`;
  if (!textsOf(at(certificate, 'spec', 'dnsNames')).includes(name)) {
    const message = `spec.dnsNames does not have ${name}, by which the API server calls the guard.`;
    problems.push({ status: 'error', message });
  }
  if (origin === 'files') return problems;
  const ready = objectsOf(at(certificate, 'status', 'conditions')).find((one) => at(one, 'type') === 'Ready');
  if (textOr(at(ready, 'status'), 'Unknown') !== 'True') {
    const reason = textOr(at(ready, 'message'), '') || 'cert-manager has said nothing of it yet';
    problems.push({ status: 'error', message: `it is not Ready: ${reason}.` });
  }
  const renewalMs = Date.parse(textOr(at(certificate, 'status', 'renewalTime'), ''));
  if (renewalMs + RENEWAL_GRACE_MS < nowMs) {
    const message = `it was to be renewed at ${textOr(at(certificate, 'status', 'renewalTime'), '')} and was not.`;
    problems.push({ status: 'warning', message });
  }
  return problems;
}
