import { at, textOr } from '../../kubernetes/read.ts';
import { operand } from '../../shell-quote.ts';
import { aboutDeployment, type Check, type Problem } from '../check.ts';
import { kubectl } from '../fix.ts';
import { type GuardPod, hasFields, readGuardPod, resolvePort } from '../guard-pod.ts';
import { type Installation, need } from '../installation.ts';

const DEFAULT_HEALTH_PORT = 8080;
const PROBES = [
  { field: 'readinessProbe', path: '/readyz', effect: 'Pods get calls before they can answer, and while they stop.' },
  { field: 'livenessProbe', path: '/livez', effect: 'a guard that hangs is never restarted.' },
] as const;

export const probes: Check = {
  id: 'probes',
  looksAt: 'readinessProbe asks /readyz and livenessProbe /livez, on the health port, over HTTP.',
  why: 'A liveness probe on /readyz restarts guards that only wait; a wrong port keeps every Pod from getting ready.',
  ok: 'both ask what they should, where it is answered',
  needs: ['deployment'],
  subject: aboutDeployment,
  run: (installation) => {
    const pod = readGuardPod(need(installation, 'deployment'));
    return PROBES.flatMap(({ field, path, effect }) => judge(installation, pod, field, path, effect));
  },
};

function judge(
  installation: Installation,
  pod: GuardPod,
  field: string,
  path: string,
  effect: string,
): readonly Problem[] {
  const probe = at(pod.container, field);
  const http = at(probe, 'httpGet');
  const healthPort = Number(pod.flags.get('--health-port') ?? '') || DEFAULT_HEALTH_PORT;
  const faults: string[] = [];
  if (!hasFields(probe)) {
    faults.push(`there is no ${field}: ${effect}`);
  } else if (!hasFields(http)) {
    faults.push(`${field} is no httpGet: an open port says nothing of whether the guard can judge.`);
  } else {
    const asked = textOr(at(http, 'path'), '/');
    const port = resolvePort(pod, at(http, 'port'));
    if (asked !== path) faults.push(`${field} asks ${asked} and not ${path}: ${effect}`);
    if (port !== healthPort) {
      const named = port ?? `"${String(at(http, 'port'))}", which no port of the container is called`;
      faults.push(`${field} asks port ${named}, and the guard answers on ${healthPort}: it always fails.`);
    }
    if (textOr(at(http, 'scheme'), 'HTTP') !== 'HTTP') {
      faults.push(`${field} asks by HTTPS, and the health port speaks HTTP: it always fails.`);
    }
  }
  const right = JSON.stringify({ httpGet: { path, port: healthPort } });
  const status = hasFields(http) ? 'error' : 'warning';
  const { namespace, name } = installation.guard;
  const fix = [`Set ${field} of the container to ${right}: `, kubectl(namespace, 'edit', 'deployment', operand(name))];
  return faults.map((message) => ({ status, subject: aboutDeployment(installation), message, fix }));
}
