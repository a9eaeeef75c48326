// Every check, in the order of the report: what is there, who is called and when, by which way, with which certificate,
// how long it stays up, what it may, what it knows, and what is around it.
import type { Check } from './check.ts';
import { asker } from './checks/asker.ts';
import { caBundle } from './checks/ca-bundle.ts';
import { certificateChain } from './checks/certificate-chain.ts';
import { certificateIssuer } from './checks/certificate-issuer.ts';
import { certificateKeeper } from './checks/certificate-keeper.ts';
import { classConstraint } from './checks/class-constraint.ts';
import { clock } from './checks/clock.ts';
import { configMaps } from './checks/config-maps.ts';
import { controlPlaneAddresses } from './checks/control-plane-addresses.ts';
import { controlPlanePort } from './checks/control-plane-port.ts';
import { disruption } from './checks/disruption.ts';
import { endpointsReady } from './checks/endpoints-ready.ts';
import { facts } from './checks/facts.ts';
import { foreignWebhooks } from './checks/foreign-webhooks.ts';
import { installed } from './checks/installed.ts';
import { networkPolicy } from './checks/network-policy.ts';
import { podSecurity } from './checks/pod-security.ts';
import { podTemplate } from './checks/pod-template.ts';
import { policy } from './checks/policy.ts';
import { probes } from './checks/probes.ts';
import { replicasAlike } from './checks/replicas-alike.ts';
import { rightsExcess } from './checks/rights-excess.ts';
import { rightsMissing } from './checks/rights-missing.ts';
import { serviceAccountToken } from './checks/service-account-token.ts';
import { servicePort } from './checks/service-port.ts';
import { servingCertificate } from './checks/serving-certificate.ts';
import { webhookContract } from './checks/webhook-contract.ts';
import { webhookFailure } from './checks/webhook-failure.ts';
import { webhookIdentity } from './checks/webhook-identity.ts';
import { webhookNamespaces } from './checks/webhook-namespaces.ts';
import { webhookRules } from './checks/webhook-rules.ts';

export const CHECKS: readonly Check[] = [
  installed,
  webhookIdentity,
  webhookRules,
  webhookNamespaces,
  webhookContract,
  webhookFailure,
  servicePort,
  controlPlanePort,
  endpointsReady,
  networkPolicy,
  controlPlaneAddresses,
  caBundle,
  servingCertificate,
  certificateChain,
  certificateIssuer,
  certificateKeeper,
  clock,
  disruption,
  probes,
  podTemplate,
  replicasAlike,
  podSecurity,
  serviceAccountToken,
  rightsMissing,
  rightsExcess,
  configMaps,
  facts,
  policy,
  asker,
  foreignWebhooks,
  classConstraint,
];
