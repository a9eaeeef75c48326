import type { X509Certificate } from 'node:crypto';
import { certificateOf, day, isRenewalOverdue, mayServe, oneLine, readCertificates } from '../certificates.ts';
import type { Check, Problem } from '../check.ts';
import { type Installation, need } from '../installation.ts';
import { lookAtIssuer, tlsSecret } from '../issuer.ts';

export const servingCertificate: Check = {
  id: 'serving-certificate',
  looksAt:
    'The certificate of the Secret is for SERVICE.NAMESPACE.svc, valid today and for a while yet, and may serve.',
  why: 'The API server verifies it at every new connection; once it has expired, every call fails at once.',
  ok: "it is for the Service's name, and will be for a while",
  needs: ['secret'],
  subject: aboutSecret,
  run: (installation) => {
    const subject = aboutSecret(installation);
    const fix = lookAtIssuer(installation, need(installation, 'validating'));
    const read = readCertificates(certificateOf(need(installation, 'secret')));
    if (!read.ok) {
      const message = `tls.crt is not usable: ${read.fault}. The guard does not start with it.`;
      return [{ status: 'error', subject, message, fix }];
    }
    const [leaf] = read.list;
    return leaf === undefined ? [] : judge(leaf, installation).map((problem) => ({ subject, fix, ...problem }));
  },
};

function aboutSecret(installation: Installation): string {
  return `Secret/${installation.guard.namespace}/${tlsSecret(installation)}`;
}

function judge(leaf: X509Certificate, { guard, nowMs }: Installation): readonly Pick<Problem, 'status' | 'message'>[] {
  const name = `${guard.name}.${guard.namespace}.svc`;
  const problems: Pick<Problem, 'status' | 'message'>[] = [];
  if (leaf.checkHost(name, { subject: 'never' }) === undefined) {
    const names = leaf.subjectAltName ?? 'none';
    const message = `the certificate ("${oneLine(leaf.subject)}") is not for ${name}, by which the API server calls the guard. Its names: ${names}. (A common name does not count.)`;
    problems.push({ status: 'error', message });
  }
  if (!mayServe(leaf)) {
    const message = 'its extended key usage does not have "server auth": the API server refuses it.';
    problems.push({ status: 'error', message });
  }
  if (leaf.validToDate.getTime() < nowMs) {
    problems.push({ status: 'error', message: `it expired at ${day(leaf.validToDate)}: every call fails.` });
  } else if (leaf.validFromDate.getTime() > nowMs) {
    const message = `it is valid only from ${day(leaf.validFromDate)} on: the clock of whoever issued it is ahead, or this one is behind.`;
    problems.push({ status: 'error', message });
  } else if (isRenewalOverdue(leaf, nowMs)) {
    const message = `it expires at ${day(leaf.validToDate)} and should have been renewed by now; from then on every call fails.`;
    problems.push({ status: 'warning', message });
  }
  return problems;
}
