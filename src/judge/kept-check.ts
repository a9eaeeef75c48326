// A health check that Google has already, in words, and what makes it another one.
import type { BackendPlan } from '../plan/backend-plan.ts';
import type { HealthCheck } from '../plan/health-check.ts';
import { advise, inWords, type Json, type Remedy, set, together, valueInWords } from './fix.ts';

/** What mergeUserSettings puts back (ingress-gce pkg/healthchecks/healthcheck.go); protocol and port are followed. */
export function checkInShort({ path, host, intervalSec, timeoutSec }: HealthCheck): string {
  return `GET ${path}${host === '' ? '' : ` for host "${host}"`} every ${intervalSec} s within ${timeoutSec} s`;
}

/** With what makes it another than the other one. */
export function checkBeside(check: HealthCheck, other: HealthCheck): string {
  const { protocol, port, healthyThreshold, unhealthyThreshold } = check;
  const parts = [
    protocol === other.protocol ? '' : `over ${protocol}`,
    port === other.port ? '' : `on ${port === null ? 'the serving port' : `port ${port}`}`,
    healthyThreshold === other.healthyThreshold ? '' : `healthy after ${healthyThreshold}`,
    unhealthyThreshold === other.unhealthyThreshold ? '' : `unhealthy after ${unhealthyThreshold}`,
  ];
  return [checkInShort(check), ...parts.filter((part) => part !== '')].join(', ');
}

/** Makes the kept check what it would be if it were made anew. */
export function renewCheck(
  { backendConfig }: Pick<BackendPlan, 'backendConfig'>,
  was: HealthCheck,
  now: HealthCheck,
): Remedy {
  const fields: readonly (readonly [string, Json, Json])[] = [
    ['requestPath', was.path, now.path],
    ['checkIntervalSec', was.intervalSec, now.intervalSec],
    ['timeoutSec', was.timeoutSec, now.timeoutSec],
    ['healthyThreshold', was.healthyThreshold, now.healthyThreshold],
    ['unhealthyThreshold', was.unhealthyThreshold, now.unhealthyThreshold],
  ];
  const changed = fields.flatMap(([field, old, value]) => (old === value ? [] : [[field, value] as const]));
  // A Host header is nothing that a BackendConfig has.
  if (was.host !== now.host)
    return advise('Make the new check answer without the Host header, or recreate the Ingress');
  const said = changed.map(([field, value]) => `${field}: ${valueInWords(value)}`).join(', ');
  if (backendConfig.state !== 'found') return advise(`Set ${said} in spec.healthCheck of a BackendConfig`);
  const { object } = backendConfig;
  return inWords(
    `set ${said} in spec.healthCheck of BackendConfig "${object.metadata.name}"`,
    together(...changed.map(([field, value]) => set(object, ['spec', 'healthCheck', field], value))),
  );
}
