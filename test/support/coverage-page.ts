// docs/coverage.md: which rules decide each condition of the controller (C1 to C52) and each root cause that users met
// (R1 to R25), and why a guard cannot know the rest.
import type { Rule } from '../../src/rules/rule.ts';

const CONDITIONS: Readonly<Record<string, string>> = {
  C1: 'class gce where the cluster does not offer it',
  C2: 'a class that nobody of GKE reads, the class in the field only, the add-on off',
  C3: 'a backend that is no Service',
  C4: 'Service missing',
  C5: 'Service port missing',
  C6: 'neither NEG nor node port',
  C7: 'app-protocols that cannot be decoded',
  C8: 'traffic scaling annotation out of range',
  C9: 'BackendConfig annotation that cannot be decoded, or names none',
  C10: 'BackendConfig missing',
  C11: 'BackendConfig not valid',
  C12: 'IAP or CDN on a regional class',
  C13: 'Secret of IAP or CDN missing, or without its keys',
  C14: 'Exact path that is empty or has a wildcard',
  C15: 'Prefix path that is empty or has a wildcard',
  C16: 'unknown path type',
  C17: "the system's default backend cannot be used",
  C18: 'both static IP annotations',
  C19: 'static IP name that is not there in the scope of the class',
  C20: 'neither HTTP nor HTTPS',
  C21: 'internal Ingress with HTTP and HTTPS and no shared address',
  C22: 'TLS Secret missing',
  C23: 'TLS entry without a Secret',
  C24: 'TLS Secret without certificate or key',
  C25: 'too many certificates',
  C26: 'FrontendConfig missing',
  C27: 'HTTPS redirect on an internal Ingress',
  C28: 'HTTPS redirect on an Ingress of the old naming scheme',
  C29: 'HTTPS redirect without TLS, or without HTTP',
  C30: 'security policy on a regional class',
  C31: 'health check type of a BackendConfig',
  C32: 'Ingress name that makes no load balancer name',
  C33: 'regional class with a Service that gets no NEG',
  C34: 'LoadBalancer Service without node ports',
  C35: 'NEG annotation that cannot be decoded',
  C36: 'exposed port that the Service does not have',
  C37: 'custom NEG name together with ingress: true',
  C38: 'NEG name taken, or too long',
  C39: 'NEG on an IPv6-only Service',
  C40: 'transparent health checks in conflict',
  C41: 'host in two rules',
  C42: 'path twice under a host',
  C43: 'rule without http',
  C44: 'app-protocols key that is no port name',
  C45: 'allow-http that is no boolean of Go',
  C46: 'readiness probe that is not used',
  C47: 'health check path that redirects, or needs headers',
  C48: 'health check timeout above its interval',
  C49: 'UDP port behind an Ingress',
  C50: 'load balancer annotations in conflict',
  C51: 'firewall of a Shared VPC',
  C52: 'Pods that break the labels of their Service, endpoints without a Pod',
};

const ROOT_CAUSES: Readonly<Record<string, string>> = {
  R1: 'health endpoint that does not answer exactly 200',
  R2: 'readiness probe not adopted',
  R3: 'ClusterIP Service without NEG',
  R4: 'ingressClassName in place of the annotation',
  R5: 'class-less Ingress meant for another controller',
  R6: 'path semantics',
  R7: 'HTTP load balancing add-on off',
  R8: 'app that redirects to HTTPS',
  R9: 'static IP of the wrong scope or name',
  R10: 'ManagedCertificate mistakes',
  R11: 'BackendConfig annotation on the wrong object or port, or missing',
  R12: '502 during a rollout behind NEGs',
  R13: 'firewall of a Shared VPC',
  R14: 'backend protocol mismatch',
  R15: 'NEG readiness gate never true',
  R16: 'prerequisites of gce-internal',
  R17: 'annotations of nginx on a GKE Ingress',
  R18: 'tls without secretName, Secret missing',
  R19: 'NEG annotation on a routes-based cluster',
  R20: 'HTTP/2 or gRPC backend without TLS',
  R21: 'same host in two rules',
  R22: 'Ingress before its Pods',
  R23: 'probe edited after the Ingress',
  R24: 'chart that cannot set Service annotations',
  R25: 'FrontendConfig misuse',
};

/** Why no rule decides a number. */
export const NOT_DECIDED: Readonly<Record<string, string>> = {
  C17: 'The default backend stands in kube-system, which a guard must not touch or judge. `explain` shows it where the input has it.',
  C52: 'It shows only in running Pods and EndpointSlices, after everything has been stored.',
  R24: 'Nothing is wrong with the object: the guard sets the annotation itself (docs/neg-injection.md).',
};

export const NUMBERS: readonly string[] = [...Object.keys(CONDITIONS), ...Object.keys(ROOT_CAUSES)];

export function renderCoveragePage(rules: readonly Rule[]): string {
  const table = (entries: Readonly<Record<string, string>>): string =>
    Object.entries(entries)
      .map(([number, what]) => `| ${number} | ${what} | ${decidedBy(number, rules)} |`)
      .join('\n');
  return `# Coverage

<!-- Generated from the rules' metadata by \`npm run fix\`. -->

What can go wrong with a GKE Ingress, and which rule finds it before the object is stored.

## Conditions of the controller

| number | condition | rules |
|---|---|---|
${table(CONDITIONS)}

## Root causes that users met

| number | cause | rules |
|---|---|---|
${table(ROOT_CAUSES)}
`;
}

function decidedBy(number: string, rules: readonly Rule[]): string {
  const ids = rules.filter(({ covers }) => covers.includes(number)).map(({ id }) => `[${id}](rules/${id}.md)`);
  return ids.length > 0 ? ids.join(', ') : `none. ${NOT_DECIDED[number] ?? ''}`;
}
