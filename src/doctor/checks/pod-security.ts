import { at, type JsonObject, objectsOf, stringMapOf, textsOf } from '../../kubernetes/read.ts';
import { operand } from '../../shell-quote.ts';
import type { Check } from '../check.ts';
import { kubectl } from '../fix.ts';
import { readGuardPod } from '../guard-pod.ts';
import { type Installation, need } from '../installation.ts';

const ENFORCE = 'pod-security.kubernetes.io/enforce';

export const podSecurity: Check = {
  id: 'pod-security',
  looksAt: 'The namespace enforces the restricted Pod Security Standard, and the Pods keep to it.',
  why: 'Who may make Pods beside the guard could otherwise take its key; a Pod that breaks the standard is never made.',
  ok: 'the namespace is restricted, and the Pods keep to it',
  needs: ['namespace', 'deployment'],
  subject: ({ guard }) => `Namespace/${guard.namespace}`,
  run: (installation) => {
    const { namespace, name } = installation.guard;
    const subject = `Namespace/${namespace}`;
    const level = stringMapOf(at(need(installation, 'namespace'), 'metadata', 'labels'))[ENFORCE];
    if (level !== 'restricted') {
      const message = `${ENFORCE} is ${level === undefined ? 'not set' : `"${level}"`}: Pods that reach into the node may run beside the guard, with its certificate in reach.`;
      const fix = [
        kubectl(undefined, 'label', 'namespace', operand(namespace), `${ENFORCE}=restricted`, '--overwrite'),
      ];
      return [{ status: 'warning', subject, message, fix }];
    }
    const broken = violations(installation);
    if (broken.length === 0) return [];
    const message = `the namespace is restricted, and the Pods of the Deployment break that (${broken.join(', ')}): no new Pod is made.`;
    const fix = [
      'Take over securityContext of deploy/base/deployment.yaml; ',
      kubectl(namespace, 'get', 'events', '--field-selector=reason=FailedCreate'),
      ` shows the refusals of deployment ${name}`,
    ];
    return [{ status: 'error', subject: `Deployment/${namespace}/${name}`, message, fix }];
  },
};

/** The requirements that Deployments miss in practice; the API server has the whole list. */
function violations(installation: Installation): readonly string[] {
  const { spec, isHostNetwork } = readGuardPod(need(installation, 'deployment'));
  const containers = [...objectsOf(at(spec, 'containers')), ...objectsOf(at(spec, 'initContainers'))];
  const some = (isWrong: (container: JsonObject) => boolean): boolean => containers.some(isWrong);
  const either = (container: JsonObject, ...path: readonly string[]): unknown =>
    at(container, 'securityContext', ...path) ?? at(spec, 'securityContext', ...path);
  return [
    ...(isHostNetwork ? ['hostNetwork'] : []),
    ...(some((one) => either(one, 'runAsNonRoot') !== true) ? ['runAsNonRoot is not true'] : []),
    ...(some((one) => either(one, 'seccompProfile', 'type') === undefined) ? ['no seccompProfile'] : []),
    ...(some((one) => at(one, 'securityContext', 'allowPrivilegeEscalation') !== false)
      ? ['allowPrivilegeEscalation is not false']
      : []),
    ...(some((one) => !textsOf(at(one, 'securityContext', 'capabilities', 'drop')).includes('ALL'))
      ? ['capabilities does not drop ALL']
      : []),
  ];
}
