import type { Wording } from '../judge/finding.ts';
import { type Remedy, set } from '../judge/fix.ts';
import { ingressInWords } from '../judge/plan-words.ts';
import { defineRule, type WordingContext } from '../judge/rule.ts';
import type { FaultOf, NumberSource } from '../plan/fault.ts';
import { containerPath } from '../plan/serving-containers.ts';

export const healthCheckTimeout = defineRule({
  id: 'health-check-timeout',
  judges: ['BackendConfig', 'Workload'],
  severity: 'error',
  summary:
    'The timeout of the health check is longer than its interval, once defaults, probe and BackendConfig are put together.',
  why: 'Google refuses such a health check (equal is allowed), so the backend is never made and every sync of the Ingress fails. A BackendConfig that sets one of the two only is merged with the other from the probe or from defaults.',
  fix: 'Set timeoutSec and checkIntervalSec together in spec.healthCheck of the BackendConfig, or timeoutSeconds of the probe to at most its periodSeconds.',
  covers: ['C48'],
  references: ['https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration#direct_health'],
  words: { C48: wordSlow },
});

function wordSlow(fault: FaultOf<'C48'>, { plan }: WordingContext): Wording {
  const { timeoutSec, intervalSec, timeoutFrom, intervalFrom, restsOn, backend } = fault;
  const timeout = `timeout ${timeoutSec} s${sourceInWords(timeoutFrom)}`;
  const interval = `interval ${intervalSec} s${sourceInWords(intervalFrom)}`;
  const isConfigured = timeoutFrom === 'backendConfig' && intervalFrom === 'backendConfig';
  const of = ingressInWords(plan, 'an Ingress that uses it');
  return {
    message: `Google refuses the health check of ${of}: ${timeout} is above ${interval}.`,
    ...(restsOn === undefined
      ? {}
      : {
          note: '(Unless this cluster does transparent health checks; the flag enableTransparentHealthChecks is taken to be off.)',
        }),
    fix: remedies(fault),
    // What a BackendConfig sets by itself is one fault, whatever uses it.
    ...(isConfigured || backend === undefined ? {} : { identity: `${backend.serviceName}:${backend.key}` }),
  };
}

function sourceInWords(source: NumberSource): string {
  return source === 'default' ? ' (default)' : source === 'probe' ? ' (readiness probe)' : '';
}

function remedies({
  config,
  probe,
  intervalSec,
  timeoutSec,
  timeoutFrom,
  intervalFrom,
}: FaultOf<'C48'>): readonly Remedy[] {
  const isFromProbe = timeoutFrom !== 'backendConfig' && intervalFrom !== 'backendConfig';
  if (isFromProbe && probe !== undefined) {
    const { workload, container } = probe;
    // Behind an instance group the interval is longer than the period, and the period is what people read.
    const atMost = Math.min(intervalSec, probe.probe.periodSeconds);
    return [set(workload, [...containerPath(workload, container), 'readinessProbe', 'timeoutSeconds'], atMost)];
  }
  if (config === undefined) return [];
  const field = (name: string): readonly string[] => ['spec', 'healthCheck', name];
  const lower = set(config, field('timeoutSec'), intervalSec);
  return timeoutSec > MAX_INTERVAL_SEC ? [lower] : [lower, set(config, field('checkIntervalSec'), timeoutSec)];
}

/** Google's limit for both (Compute API, healthChecks.checkIntervalSec). */
const MAX_INTERVAL_SEC = 300;
