import type { X509Certificate } from 'node:crypto';
import { at, textOr } from '../../kubernetes/read.ts';
import { certificateOf, isValidAt, missingIssuer, readCertificates } from '../certificates.ts';
import { aboutWebhooks, type Check, type Problem } from '../check.ts';
import { type Installation, need } from '../installation.ts';
import { lookAtIssuer } from '../issuer.ts';
import { type GuardWebhook, serviceWebhooks } from '../webhooks.ts';

export const certificateChain: Check = {
  id: 'certificate-chain',
  looksAt: 'caBundle of each webhook verifies the certificate of the Secret, over the intermediates that it brings.',
  why: 'Otherwise the API server hangs up on the guard: "x509: certificate signed by unknown authority".',
  ok: 'caBundle verifies the certificate of the Secret',
  needs: ['mutating', 'validating', 'secret'],
  subject: aboutWebhooks,
  run: (installation) => {
    const served = readCertificates(certificateOf(need(installation, 'secret')));
    return serviceWebhooks(installation).flatMap((webhook) =>
      judge(webhook, served.ok ? served.list : [], installation),
    );
  },
};

function judge(
  webhook: GuardWebhook,
  served: readonly X509Certificate[],
  installation: Installation,
): readonly Problem[] {
  const { subject } = webhook;
  const bundle = readCertificates(textOr(at(webhook.raw, 'clientConfig', 'caBundle'), ''));
  const roots = bundle.ok ? bundle.list.filter((root) => isValidAt(root, installation.nowMs)) : [];
  if (roots.length === 0 || served.length === 0) {
    const what =
      roots.length === 0 ? 'caBundle holds no certificate that is valid now' : 'the Secret holds no certificate';
    return [
      {
        status: 'skipped',
        subject,
        message: what,
        fix: 'First fix what the lines "ca-bundle" and "serving-certificate" report.',
      },
    ];
  }
  const missing = missingIssuer(served, roots);
  if (missing === undefined) return [];
  const message = `caBundle does not verify the certificate that the guard serves: it was issued by "${missing}", which is not in the bundle. Every call fails with "x509: certificate signed by unknown authority".`;
  return [{ status: 'error', subject, message, fix: lookAtIssuer(installation, webhook.configuration) }];
}
