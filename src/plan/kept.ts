// What the controller leaves as it was made: it merges a health check that exists with what it would make, and sets of a
// backend service only what a BackendConfig says (ingress-gce pkg/healthchecks/healthcheck.go mergeUserSettings,
// pkg/backends/features/).
import type { Feature } from './backend-features.ts';
import type { HealthCheck, HealthCheckPlan } from './health-check.ts';

/** @param was what exists @param fresh what a new backend would get */
export function keptCheck(was: HealthCheck, fresh: HealthCheckPlan): HealthCheck {
  const now = fresh.check;
  // shouldRecalculateHC: turned on or off on the Service, the transparent check replaces all, and is replaced by all.
  if (was.source === 'transparent' || now.source === 'transparent') return now;
  const set = new Set(fresh.configured?.fields ?? []);
  return {
    ...now,
    // No BackendConfig has a Host header.
    host: was.host,
    path: set.has('requestPath') ? now.path : was.path,
    intervalSec: set.has('checkIntervalSec') ? now.intervalSec : was.intervalSec,
    timeoutSec: set.has('timeoutSec') ? now.timeoutSec : was.timeoutSec,
    healthyThreshold: set.has('healthyThreshold') ? now.healthyThreshold : was.healthyThreshold,
    unhealthyThreshold: set.has('unhealthyThreshold') ? now.unhealthyThreshold : was.unhealthyThreshold,
  };
}

/** Whether Google is asked the same way by both; where the numbers come from makes no difference. */
export function isSameCheck(a: HealthCheck, b: HealthCheck): boolean {
  return (
    a.protocol === b.protocol &&
    a.path === b.path &&
    a.host === b.host &&
    a.port === b.port &&
    a.intervalSec === b.intervalSec &&
    a.timeoutSec === b.timeoutSec &&
    a.healthyThreshold === b.healthyThreshold &&
    a.unhealthyThreshold === b.unhealthyThreshold
  );
}

/** undefined where either is not known. */
export function keptFeature<T>(was: Feature<T>, now: Feature<T>): T | undefined {
  if (was.source === 'unknown' || now.source === 'unknown') return undefined;
  return now.source === 'backendConfig' ? now.value : was.value;
}
