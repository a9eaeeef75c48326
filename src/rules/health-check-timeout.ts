import type { Wording } from '../judge/finding.ts';
import { advise, type Remedy, set } from '../judge/fix.ts';
import { ingressInWords } from '../judge/plan-words.ts';
import { defineRule, type WordingContext } from '../judge/rule.ts';
import { isEmpty } from '../kubernetes/read.ts';
import type { FaultOf, NumberSource } from '../plan/fault.ts';
import { containerPath } from '../plan/serving-containers.ts';

export const healthCheckTimeout = defineRule({
  id: 'health-check-timeout',
  judges: ['BackendConfig', 'Service', 'Workload'],
  severity: 'error',
  summary:
    'The timeout of the health check is longer than its interval, once defaults, probe and BackendConfig are put together.',
  why: 'Google refuses such a health check (equal is allowed), so the backend is never made and every sync of the Ingress fails. A BackendConfig that sets one of the two only is merged with the other from the probe or from defaults. Of a Service without a selector the probe is that of any Pod of the namespace.',
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
    note: [foreignProbeInWords(fault), restsOn === undefined ? '' : UNLESS_TRANSPARENT].filter(Boolean).join(' '),
    fix: remedies(fault),
    // What a BackendConfig sets by itself is one fault, whatever uses it.
    ...(isConfigured || backend === undefined ? {} : { identity: `${backend.serviceName}:${backend.key}` }),
  };
}

const UNLESS_TRANSPARENT =
  '(Unless this cluster does transparent health checks; the flag enableTransparentHealthChecks is taken to be off.)';

/** "" unless a number is from the probe of a Pod that the Service does not select (translator.go getHTTPProbe). */
function foreignProbeInWords({ backend, probe, timeoutFrom, intervalFrom }: FaultOf<'C48'>): string {
  const isFromProbe = timeoutFrom === 'probe' || intervalFrom === 'probe';
  const service = backend?.service;
  if (!isFromProbe || probe === undefined || service === undefined || !isEmpty(service.selector)) return '';
  const { kind, metadata } = probe.workload;
  return `Service "${service.metadata.name}" has no selector, so the probe of any Pod of its namespace counts, here that of ${kind} "${metadata.name}".`;
}

function sourceInWords(source: NumberSource): string {
  return source === 'default' ? ' (default)' : source === 'probe' ? ' (readiness probe)' : '';
}

function remedies({
  backend,
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
    const lower = set(workload, [...containerPath(workload, container), 'readinessProbe', 'timeoutSeconds'], atMost);
    const isForeign = backend?.service !== undefined && isEmpty(backend.service.selector);
    return isForeign
      ? [lower, advise('set spec.healthCheck.timeoutSec and checkIntervalSec in a BackendConfig')]
      : [lower];
  }
  if (config === undefined) return [];
  const field = (name: string): readonly string[] => ['spec', 'healthCheck', name];
  const lower = set(config, field('timeoutSec'), intervalSec);
  return timeoutSec > MAX_INTERVAL_SEC ? [lower] : [lower, set(config, field('checkIntervalSec'), timeoutSec)];
}

/** Google's limit for both (Compute API, healthChecks.checkIntervalSec). */
const MAX_INTERVAL_SEC = 300;
