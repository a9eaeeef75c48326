// Alerts and dashboard ask for metrics that exist, and every alert has a runbook.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { NO_FACTS } from '../../src/facts/facts.ts';
import { at, textOr } from '../../src/kubernetes/read.ts';
import { createAskerMetrics } from '../../src/server/asker-metrics.ts';
import { createMetrics } from '../../src/server/metrics.ts';
import { hasGo } from '../support/has-go.ts';
import { renderTogether } from '../support/kustomize.ts';
import { listAt, only, readManifest } from './support.ts';

/** Prometheus' own, and the API server's, which test/cluster/deploy.test.ts sees there. */
const METRICS_OF_OTHERS = ['up', 'apiserver_admission_webhook_fail_open_count'];

const rules = listAt(parse(readManifest('components/monitoring/alerts.yaml')), 'spec', 'groups').flatMap((group) =>
  listAt(group, 'rules'),
);
const dashboard: unknown = JSON.parse(readManifest('components/monitoring/dashboard.json'));
const targets = listAt(dashboard, 'panels').flatMap((panel) => listAt(panel, 'targets'));

/** Names of metrics in an expression of PromQL: what is no function, label, text, duration or keyword. */
function metricsIn(expression: string): readonly string[] {
  const bare = expression
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, '')
    .replaceAll(/\{[^}]*\}|\[[^\]]*\]/g, '')
    .replaceAll(/\b(?:by|without)\s*\([^)]*\)/g, '')
    .replaceAll(/\b(?:and|or|unless)\b/g, ' ');
  return [...bare.matchAll(/[a-z_]\w*(?!\w|\s*\()/gi)].map(([name]) => name);
}

async function registered(): Promise<readonly string[]> {
  const { registry } = createMetrics({ facts: () => NO_FACTS, snapshot: () => [], clock: () => 0 });
  const metrics = [...(await registry.getMetricsAsJSON()), ...(await createAskerMetrics().registry.getMetricsAsJSON())];
  return metrics.flatMap(({ name, type }) =>
    String(type) === 'histogram' ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [name],
  );
}

const expressions = [...rules, ...targets].map((one) => textOr(at(one, 'expr'), ''));

describe('metrics in alerts and dashboard', () => {
  it('are found in expressions', () => {
    expect(metricsIn('sum by (le, webhook) (rate(guard_a_bucket{x="b_c"}[5m])) - time() < 14 * 86400')).toEqual([
      'guard_a_bucket',
    ]);
    expect(metricsIn('absent(up{job="x"} == 1)')).toEqual(['up']);
  });

  it('are registered by the code', async () => {
    const known = new Set([...(await registered()), ...METRICS_OF_OTHERS]);
    const used = [...new Set(expressions.flatMap(metricsIn))];
    expect(used.length).toBeGreaterThan(10);
    expect(used.filter((name) => !known.has(name))).toEqual([]);
  });
});

describe('an alert', () => {
  const page = readFileSync(new URL('../../docs/troubleshooting.md', import.meta.url), 'utf8');
  const sections = page.split(/^## /m).slice(1);

  it.each(rules.map((rule) => [textOr(at(rule, 'alert'), '')]))(
    '%s has a summary, a severity and a runbook',
    (name) => {
      const rule = rules.find((one) => at(one, 'alert') === name);
      expect(at(rule, 'labels', 'severity')).toMatch(/^(?:critical|warning|info)$/);
      expect(at(rule, 'annotations', 'summary')).toMatch(/\.$/);
      expect(at(rule, 'annotations', 'runbook_url')).toBe(`PAGE#${name.toLowerCase()}`);
      const section = sections.find((text) => text.startsWith(`${name}\n`)) ?? '';
      for (const part of ['Symptom', 'Debugging', 'Causes', 'Workaround']) expect(section).toContain(`**${part}.**`);
    },
  );

  it.skipIf(!hasGo)('is rendered with the page that one place names', () => {
    const { data } = parse(readManifest('components/monitoring/runbooks.yaml'));
    const manifests = renderTogether(['base'], ['components/monitoring']);
    const rendered = listAt(only(manifests, 'PrometheusRule'), 'spec', 'groups').flatMap((group) =>
      listAt(group, 'rules'),
    );
    expect(rendered.map((rule) => at(rule, 'annotations', 'runbook_url'))).toEqual(
      rendered.map((rule) => `${data.page}#${textOr(at(rule, 'alert'), '').toLowerCase()}`),
    );
    expect(manifests.filter(({ metadata }) => metadata.name === 'gke-ingress-guard-runbooks')).toEqual([]);
  });
});

describe.skipIf(!hasGo)('the ServiceMonitor', () => {
  it('finds the metrics of the Pods, under the job that alerts name', () => {
    const manifests = renderTogether(['base'], ['components/monitoring']);
    const service = only(manifests, 'Service', 'gke-ingress-guard-metrics');
    const monitor = only(manifests, 'ServiceMonitor');
    expect(service.metadata['labels']).toMatchObject(at(monitor, 'spec', 'selector', 'matchLabels') as object);
    const webhook = only(manifests, 'Service', 'gke-ingress-guard');
    expect(webhook.metadata['labels']).not.toHaveProperty(['app.kubernetes.io/component']);
    expect(at(service, 'spec', 'ports')).toEqual([{ name: 'metrics', port: 8080, targetPort: 'health' }]);
    expect(at(monitor, 'spec', 'endpoints')).toMatchObject([{ port: 'metrics', path: '/metrics' }]);
    const asker = only(renderTogether(['base'], ['components/asker']), 'Service', 'gke-ingress-guard-asker-metrics');
    expect(asker.metadata['labels']).toMatchObject(at(monitor, 'spec', 'selector', 'matchLabels') as object);
    expect(at(asker, 'spec', 'ports')).toEqual(at(service, 'spec', 'ports'));
    const jobs = expressions.flatMap((text) => [...text.matchAll(/job="([^"]*)"/g)].map(([, job]) => job));
    expect(new Set(jobs)).toEqual(new Set([service.metadata.name]));
  });
});

describe('the dashboard', () => {
  it('has a query in each panel, and no two panels of one id', () => {
    const panels = listAt(dashboard, 'panels');
    expect(panels.filter((panel) => listAt(panel, 'targets').length === 0)).toEqual([]);
    expect(new Set(panels.map((panel) => at(panel, 'id'))).size).toBe(panels.length);
  });
});
