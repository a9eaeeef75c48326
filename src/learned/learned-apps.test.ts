import { describe, expect, it } from 'vitest';
import { EXEMPTIONS, parsed } from '../../test/support/corridor.ts';
import { fakeApps } from '../../test/support/fake-apps.ts';
import { configMap, deployment, ingress, type RawObject, service } from '../../test/support/objects.ts';
import { NO_FACTS } from '../facts/facts.ts';
import { createJudge } from '../judge/judge.ts';
import { prepareRules } from '../judge/prepared-rules.ts';
import type { Container, KubernetesObject, Workload } from '../kubernetes/objects.ts';
import type { AppAnswer, AppCatalogue } from '../plan/app.ts';
import { settingsAsStored } from '../plan/plan-input.ts';
import { healthCheckNotOk } from '../rules/health-check-not-ok.ts';
import { probeRedirectsToHttps } from '../rules/probe-redirects-to-https.ts';
import { createSnapshot } from '../snapshot/snapshot.ts';
import { GUARD_NAMESPACE, LEARNED_CONFIG_MAP, type Learned, writeStore } from './learned.ts';
import { withLearned } from './learned-apps.ts';
import { settingsOf } from './settings.ts';

const TODAY = '2026-11-28';
const AT = `${TODAY}T10:00:00Z`;
const NOW = Date.parse(AT);
const DIGEST = `sha256:${'a'.repeat(64)}`;
const INPUT = {
  namespace: GUARD_NAMESPACE,
  today: TODAY,
  fixOf: ({ redirectsToHttps }: { readonly redirectsToHttps: boolean }) => (redirectsToHttps ? 'Redirect.' : 'Ask.'),
};
const PROBE = { readinessProbe: { httpGet: { path: '/healthz', port: 8080 } } };

function workloadOf(container: RawObject = {}): Workload {
  return parsed(deployment({ container: { ...PROBE, ...container } })) as Workload;
}

/** As a Pod of the workload was seen to answer. */
function seen(of: Workload, answer: Partial<Learned> = {}, neighbours: readonly KubernetesObject[] = []): Learned {
  const [container] = of.containers;
  if (container === undefined) throw new TypeError('it has no container');
  const { hash, read } = settingsOf(container, of.metadata.namespace, createSnapshot(neighbours, 'listed'));
  return {
    image: container.image,
    digest: DIGEST,
    settings: hash,
    configMaps: read,
    protocol: 'HTTP',
    port: 8080,
    host: '',
    path: '/healthz',
    status: 307,
    scheme: 'https',
    redirectsTo: 'sameHost',
    source: 'asked',
    at: AT,
    namespace: 'shop',
    ...answer,
  };
}

function storeOf(learned: readonly Learned[], namespace = GUARD_NAMESPACE): KubernetesObject {
  const data = writeStore(learned, NOW) as Readonly<Record<string, string>>;
  return parsed(configMap({ name: LEARNED_CONFIG_MAP, namespace, data }));
}

interface Given {
  readonly base?: AppCatalogue;
  readonly neighbours?: readonly KubernetesObject[];
  readonly store?: KubernetesObject;
}

/** What is said of the workload, where these were learned. */
function answerOf(workload: Workload, learned: readonly Learned[], given: Given = {}): AppAnswer | undefined {
  const { base = fakeApps({}), neighbours = [], store = storeOf(learned) } = given;
  const [container] = workload.containers;
  if (container === undefined) throw new TypeError('it has no container');
  const snapshot = createSnapshot([...neighbours, store], 'listed');
  return withLearned(base, INPUT).answerOf(workload, container, { port: 8080, path: '/healthz' }, snapshot);
}

describe('what was learned', () => {
  it('is said of the same image with the same settings, by the tag with a doubt', () => {
    expect(answerOf(workloadOf(), [seen(workloadOf())])).toEqual({
      app: '',
      name: 'container "web"',
      status: 307,
      redirectsToHttps: true,
      redirectsTo: 'sameHost',
      fix: 'Redirect.',
      source: 'asked',
      seenOn: TODAY,
      unless: 'its tag stands for another image now',
    });
  });

  it('is not said with other settings, of another port or path, or of another image', () => {
    const learned = [seen(workloadOf())];
    for (const other of [
      { args: ['--insecure'] },
      { command: ['x'] },
      { env: [{ name: 'A', value: '1' }] },
      { image: 'b:1' },
    ])
      expect(answerOf(workloadOf(other), learned), JSON.stringify(other)).toBeUndefined();
    for (const other of [{ port: 8081 }, { path: '/' }, { host: 'shop.example.com' }, { protocol: 'HTTPS' as const }])
      expect(answerOf(workloadOf(), [seen(workloadOf(), other)]), JSON.stringify(other)).toBeUndefined();
  });

  it('is said of the digest under whatever name it comes, and a digest is never its tag', () => {
    const pinned = workloadOf({ image: `mirror.example/web@${DIGEST}` });
    const learned = [seen(workloadOf())];
    expect(answerOf(pinned, learned)?.unless).toBe('it answers otherwise than on 2026-11-28');
    const other = workloadOf({ image: `registry.example/web:1.0@sha256:${'b'.repeat(64)}` });
    expect(answerOf(other, learned)).toBeUndefined();
  });

  it('belongs to the content of ConfigMaps that are seen, and has a doubt for those that are not', () => {
    const mounted = workloadOf({ envFrom: [{ configMapRef: { name: 'flags' } }], image: `web@${DIGEST}` });
    const flags = (value: string): KubernetesObject => parsed(configMap({ name: 'flags', data: { FORCE_SSL: value } }));
    const learned = [seen(mounted, {}, [flags('1')])];
    expect(answerOf(mounted, learned, { neighbours: [flags('1')] })?.status).toBe(307);
    expect(answerOf(mounted, learned, { neighbours: [flags('0')] })).toBeUndefined();
    expect(answerOf(mounted, learned)).toBeUndefined();
    // Of a kind that is not read, its name alone is in the hash.
    expect(answerOf(mounted, [seen(mounted)])?.unless).toBe('ConfigMap "flags" says otherwise now');
  });

  it('is found by whoever may read more ConfigMaps than the asker, and not where what it read has changed', () => {
    const mounted = workloadOf({
      envFrom: [{ configMapRef: { name: 'flags' } }],
      env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'other', key: 'a' } } }],
      image: `web@${DIGEST}`,
    });
    const of = (name: string, value: string): KubernetesObject => parsed(configMap({ name, data: { a: value } }));
    const other = [of('flags', '1'), of('other', '1')];
    const asker = createSnapshot([of('flags', '1')], (_kind, _namespace, name) => name === 'flags');
    const [container] = mounted.containers;
    const { hash, read } = settingsOf(container as Container, 'shop', asker);
    expect(read).toEqual(['flags']);
    const own = [{ ...seen(mounted), settings: hash, configMaps: read }];
    const found = answerOf(mounted, own, { neighbours: other });
    expect(found).toMatchObject({ status: 307, unless: 'ConfigMap "other" says otherwise now' });
    expect(answerOf(mounted, own, { neighbours: [of('flags', '2'), of('other', '1')] })).toBeUndefined();
    // A store of before names none: found where nothing was read, and else not.
    const old = own.map(({ configMaps: _, ...rest }) => rest as Learned);
    expect(answerOf(mounted, old, { neighbours: other })).toBeUndefined();
    expect(
      answerOf(
        workloadOf(),
        [seen(workloadOf())].map(({ configMaps: _, ...rest }) => rest as Learned),
      )?.status,
    ).toBe(307);
  });

  it('counts in the namespace of the guard only, and for a month', () => {
    const learned = [seen(workloadOf())];
    expect(answerOf(workloadOf(), [], { store: storeOf(learned, 'shop') })).toBeUndefined();
    const store = storeOf([seen(workloadOf(), { at: '2026-10-30T00:00:00Z' })]);
    expect(answerOf(workloadOf(), [], { store })?.seenOn).toBe('2026-10-30');
    const old = configMap({
      name: LEARNED_CONFIG_MAP,
      namespace: GUARD_NAMESPACE,
      data: {
        'learned.json': JSON.stringify({ version: 1, learned: [seen(workloadOf(), { at: '2026-10-01T00:00:00Z' })] }),
      },
    });
    expect(answerOf(workloadOf(), [], { store: parsed(old) })).toBeUndefined();
  });

  it('gives way to a catalogue that is certain, and gives one that is not its reason', () => {
    const known = (unless: string | undefined): AppCatalogue => {
      const apps = fakeApps({
        'registry.example/web:1.0': [{ name: 'Web', status: 307, redirectsToHttps: true, fix: 'Set X.' }],
      });
      return {
        ...apps,
        answerOf: (...asked) => {
          const answer = apps.answerOf(...asked);
          return answer && { ...answer, unless };
        },
      };
    };
    const learned = [seen(workloadOf())];
    expect(answerOf(workloadOf(), learned, { base: known(undefined) })).toMatchObject({
      name: 'Web',
      unless: undefined,
    });
    expect(answerOf(workloadOf(), learned, { base: known('a flag') })).toMatchObject({
      name: 'Web',
      fix: 'Set X.',
      source: 'asked',
    });
  });

  it('says that Google was content, but by its digest only against the catalogue', () => {
    const base = fakeApps({
      'registry.example/web:1.0': [{ name: 'Web', status: 307, redirectsToHttps: true, fix: 'Set X.' }],
    });
    const learned = [seen(workloadOf(), { status: 200, scheme: '', source: 'google' })];
    expect(answerOf(workloadOf(), learned)?.status).toBe(200);
    expect(answerOf(workloadOf(), learned, { base })?.status).toBe(307);
    const pinned = workloadOf({ image: `registry.example/web:1.0@${DIGEST}` });
    const known = fakeApps({
      [`registry.example/web:1.0@${DIGEST}`]: [{ name: 'Web', status: 307, redirectsToHttps: true, fix: 'Set X.' }],
    });
    expect(answerOf(pinned, learned, { base: known })?.status).toBe(200);
    const elsewhere = learned.map((one) => ({ ...one, namespace: 'evil' }));
    expect(answerOf(pinned, elsewhere, { base: known })?.status).toBe(307);
  });

  it('of its own namespace comes first, and of others what fails', () => {
    const ok = { status: 200, scheme: '', redirectsTo: undefined } as const;
    const of = (namespace: string, answer: Partial<Learned> = {}): Learned =>
      seen(workloadOf(), { namespace, ...answer });
    expect(answerOf(workloadOf(), [of('shop', ok), of('evil')])?.status).toBe(200);
    expect(answerOf(workloadOf(), [of('evil', ok), of('shop')])?.status).toBe(307);
    expect(answerOf(workloadOf(), [of('evil', ok), of('other')])?.status).toBe(307);
  });
});

describe('the rules', () => {
  function findings(answer: Partial<Learned>, probe: RawObject = {}, protocol = 'HTTP'): readonly string[] {
    const workload = workloadOf({ readinessProbe: { httpGet: { ...PROBE.readinessProbe.httpGet, ...probe } } });
    const annotations = { 'cloud.google.com/app-protocols': JSON.stringify({ http: protocol }) };
    const objects = [
      ...[ingress({ class: 'gce' }), service({ neg: '{"ingress": true}', annotations })].map(parsed),
      storeOf([seen(workload, answer)]),
      workload,
    ];
    const settings = {
      rules: prepareRules([probeRedirectsToHttps, healthCheckNotOk]),
      facts: NO_FACTS,
      apps: withLearned(fakeApps({}), INPUT),
      trustsObserved: false,
      exemptions: EXEMPTIONS,
      plans: settingsAsStored(NO_FACTS),
      isExcluded: () => false,
    };
    const found = createJudge(settings, createSnapshot(objects, 'listed')).judge(workload).findings;
    return found.map(({ rule, message, isCertain }) => `${rule} ${isCertain} ${message}`);
  }

  it('say who has seen it and when, and are never certain', () => {
    expect(findings({})).toEqual([
      'probe-redirects-to-https false behind Ingress "web" Google\'s check GET /healthz gets 307 from container "web" (asked on 2026-11-28), not 200: UNHEALTHY.',
    ]);
    expect(findings({ status: 404, scheme: '' })).toEqual([
      'health-check-not-ok false behind Ingress "web" Google\'s check GET /healthz gets 404 from container "web" (asked on 2026-11-28), not 200: UNHEALTHY.',
    ]);
    expect(findings({ status: 0, scheme: '', source: 'google' })).toEqual([
      'health-check-not-ok false behind Ingress "web" Google\'s check GET /healthz does not get 200 from container "web" (seen by Google on 2026-11-28): UNHEALTHY.',
    ]);
    expect(findings({ status: 200, scheme: '' })).toEqual([]);
  });

  it.each(['HTTPS', 'HTTP2'] as const)(
    'speak of a check over %s, where a redirect to HTTPS is any other status',
    (protocol) => {
      const tls = { scheme: 'HTTPS' };
      expect(findings({ protocol, status: 302, scheme: 'https' }, tls, protocol)).toEqual([
        `health-check-not-ok false behind Ingress "web" Google's check GET /healthz over ${protocol} gets 302 from container "web" (asked on 2026-11-28), not 200: UNHEALTHY.`,
      ]);
      expect(findings({ protocol, status: 200, scheme: '' }, tls, protocol)).toEqual([]);
      // What it answers to plain HTTP is another matter.
      expect(findings({ protocol: 'HTTP' }, tls, protocol)).toEqual([]);
      expect(findings({ protocol })).toEqual([]);
    },
  );
});
