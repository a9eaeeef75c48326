import { at, textOr } from '../../kubernetes/read.ts';
import { day, isValidAt, readCertificates } from '../certificates.ts';
import { aboutWebhooks, type Check, type Problem } from '../check.ts';
import type { Installation } from '../installation.ts';
import { ADD_ISSUER, lookAtIssuer, whoFillsCaBundle } from '../issuer.ts';
import { type GuardWebhook, serviceWebhooks } from '../webhooks.ts';

export const caBundle: Check = {
  id: 'ca-bundle',
  looksAt: 'caBundle of each webhook is there, is PEM, and valid today; or somebody fills it.',
  why: 'Without it the API server cannot verify the guard, and no call reaches it.',
  ok: 'caBundle is there and valid, or is filled in the cluster',
  needs: ['mutating', 'validating'],
  subject: aboutWebhooks,
  run: (installation) => serviceWebhooks(installation).flatMap((webhook) => judge(webhook, installation)),
};

function judge(webhook: GuardWebhook, installation: Installation): readonly Problem[] {
  const { subject, raw } = webhook;
  const fix = lookAtIssuer(installation, webhook.configuration);
  const bundle = textOr(at(raw, 'clientConfig', 'caBundle'), '');
  if (bundle === '') return judgeEmpty(webhook, installation);
  const read = readCertificates(bundle);
  if (!read.ok) {
    const message = `caBundle is not usable: ${read.fault}. The API server cannot verify the guard, and every call fails.`;
    return [{ status: 'error', subject, message, fix }];
  }
  const valid = read.list.filter((root) => isValidAt(root, installation.nowMs));
  const [first] = read.list;
  if (valid.length === 0 && first !== undefined) {
    const message = `caBundle is not valid now: its certificate is for ${day(first.validFromDate)} to ${day(first.validToDate)}. Every call fails.`;
    return [{ status: 'error', subject, message, fix }];
  }
  return [];
}

function judgeEmpty({ subject, configuration }: GuardWebhook, installation: Installation): readonly Problem[] {
  const filler = whoFillsCaBundle(installation, configuration);
  // Manifests leave it to whoever fills it in the cluster.
  if (installation.origin === 'files' && filler !== undefined) return [];
  const message =
    filler === undefined
      ? "caBundle is empty and nothing here would fill it (no annotation for cert-manager's cainjector, no self-signed component): the API server cannot verify the guard, and every call fails."
      : `caBundle is empty: ${filler} should have filled it. Until then every call fails.`;
  const fix = filler === undefined ? ADD_ISSUER : lookAtIssuer(installation, configuration);
  return [{ status: 'error', subject, message, fix }];
}
