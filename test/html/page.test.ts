// The page of `explain -o html` without a browser: what is in it, that it asks nobody, and that no text of an object becomes markup.
// What it does is tested in test/browser.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { CardView, PageView } from '../../src/report/html/view.ts';
import { directoryOf, run, VERSION } from '../cli/support.ts';
import { argocdServer, deployment, ingress, ingressOf, pathTo, type RawObject, service } from '../support/objects.ts';

const OFF = ['--facts', 'examples/addon-off.yaml'];
const ON = ['--facts', 'examples/addon-on.yaml'];

const HOSTILE =
  '</script><script>document.title="owned"</script><!-- <img src=x onerror=alert(1)> --> \u202e\u0000\u2028 "\'&amp;';

async function page(objects: readonly RawObject[], ...words: readonly string[]): Promise<string> {
  const root = directoryOf({ 'all.json': JSON.stringify(objects) });
  const { out, err } = await run(['explain', '--all', '-f', `${root}/all.json`, '-o', 'html', ...words]);
  if (out === '') throw new Error(err);
  return out;
}

function dataOf(html: string): PageView {
  const [, text = ''] = /<script type="application\/json" id="data">(.*)<\/script>\n/.exec(html) ?? [];
  return JSON.parse(text);
}

async function cards(objects: readonly RawObject[], ...words: readonly string[]): Promise<readonly CardView[]> {
  return dataOf(await page(objects, ...words)).cards;
}

describe('the page', () => {
  it('asks nobody: no address, no image, nothing that its policy does not name', async () => {
    const html = await page([ingress({ class: 'gce' }), service()], ...ON);
    const shell = html.replace(/<script type="application\/json".*<\/script>/, '');
    expect(shell).not.toMatch(
      /https?:|\b(?:src|action|srcset|poster)=|url\(|@import|<(?:link|img|iframe|object|embed|base)\b/i,
    );
    expect(shell.match(/href="[^"]*"/g)).toEqual(['href="#list"']);
    expect(shell).not.toMatch(/ (?:style|on\w+)="/);
  });

  it('lets in exactly the script and the style that stand in it', async () => {
    const html = await page([ingress({ class: 'gce' })], ...ON);
    const hash = (text = ''): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    const [, style] = /<style>([\s\S]*?)<\/style>/.exec(html) ?? [];
    const [, script] = /<script>([\s\S]*?)<\/script>/.exec(html) ?? [];
    expect(html).toContain(
      `content="default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; base-uri 'none'; form-action 'none'"`,
    );
    expect(style?.length).toBeGreaterThan(1000);
    expect(script?.length).toBeGreaterThan(1000);
  });

  it('says when, from what and by which command it was made', async () => {
    const before = Date.now();
    const html = await page([ingress({ class: 'gce' })], ...OFF);
    const { made } = dataOf(html);
    expect(Date.parse(made.at)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(made.at)).toBeLessThanOrEqual(Date.now());
    expect(made).toMatchObject({
      version: VERSION,
      from: expect.stringMatching(/^Files: .*all\.json$/),
      command: expect.stringMatching(
        /^gke-ingress-guard explain --filename=\S+all\.json --facts=examples\/addon-off\.yaml --all -o html > ingresses\.html$/,
      ),
    });
    expect(html).toContain(`by gke-ingress-guard ${VERSION}.`);
    expect(html).toContain('<title>GKE Ingress: 1 of 1 broken</title>');
  });

  it('ends no element early and hides nothing, whatever an object says', async () => {
    const hostile = [
      ingress({
        name: HOSTILE,
        class: 'gce',
        service: HOSTILE,
        annotations: { 'kubernetes.io/ingress.allow-http': HOSTILE },
      }),
      service({ name: HOSTILE, neg: HOSTILE }),
    ];
    const html = await page(hostile, ...OFF);
    expect(html.match(/<script/g)).toHaveLength(2);
    expect(html.match(/<\/script>/g)).toHaveLength(2);
    expect(html).not.toMatch(/<img|<!--|[\u202e\u2028]/);
    expect(html).not.toContain('\0');
    const [card] = dataOf(html).cards;
    expect(card?.name).toContain(
      '</script><script>document.title="owned"</script><!-- <img src=x onerror=alert(1)> -->',
    );
    expect(JSON.stringify(card)).not.toMatch(/\u202e|\\u202e|\\u0000|\\u2028/);
  });

  it('has the findings of the JSON, each once, with the same words', async () => {
    const words = ['explain', '--all', '-f', 'test/corpus', '--complete', ...ON, '-o'];
    const { plans } = JSON.parse((await run([...words, 'json'])).out);
    const view = dataOf((await run([...words, 'html'])).out);
    const ofPage = view.cards.flatMap(({ key, findings }) =>
      findings.map(({ rule, message, fix }) => [key.replace(/@.*/, ''), rule, message, fix].join('\n')),
    );
    const ofJson = plans.flatMap(
      ({
        ingress: { namespace, name },
        problems,
      }: {
        ingress: { namespace: string; name: string };
        problems: readonly Readonly<Record<string, string>>[];
      }) => problems.map(({ rule, message, fix }) => [`${namespace}/${name}`, rule, message, fix].join('\n')),
    );
    expect(ofPage.toSorted()).toEqual(ofJson.toSorted());
    expect(ofPage.length).toBeGreaterThan(100);
    expect(new Set(view.cards.map(({ key }) => key)).size).toBe(view.cards.length);
  });

  it('draws every finding of a card at one place', async () => {
    const { out } = await run(['explain', '--all', '-f', 'test/corpus', '--complete', ...ON, '-o', 'html']);
    for (const { key, findings, plan } of dataOf(out).cards) {
      if (plan === undefined) throw new Error(`${key} has no plan`);
      const drawn = [
        ...plan.findings,
        ...plan.frontEnd.findings,
        ...plan.otherwise.findings,
        ...plan.hosts.flatMap((host) => [...host.findings, ...host.routes.flatMap((route) => route.findings)]),
        ...plan.backends.flatMap((backend) => backend.findings),
      ];
      expect([key, drawn.toSorted((a, b) => a - b)]).toEqual([key, findings.map((_, index) => index)]);
    }
  });
});

describe('a chain', () => {
  it('goes from the host to the health check', async () => {
    const [card] = await cards([ingressOf([pathTo('/', 'Prefix')]), service(), deployment()], ...ON);
    const [host] = card?.plan?.hosts ?? [];
    const [route] = host?.routes ?? [];
    const backend = card?.plan?.backends[route?.backend ?? -1];
    expect(backend).toMatchObject({ service: expect.stringMatching(/^web:/), built: 'NEG, HTTP' });
    expect(backend?.pods).toEqual(['Deployment/web']);
    expect(backend?.health).toMatch(/^GET \S+ on .* — /);
  });

  it('says who says what the app answers', async () => {
    const answers = async (workload: RawObject): Promise<readonly string[]> => {
      const [card] = await cards([ingressOf([pathTo('/', 'Prefix')]), service(), workload], ...ON);
      return (card?.plan?.backends ?? []).flatMap((backend) => backend.answers);
    };
    const argocd = { ...argocdServer(), metadata: { namespace: 'shop', name: 'argocd-server' } };
    expect(await answers(argocd)).toEqual(['answer: 307 to HTTPS, says the catalogue (Argo CD server)']);
    const env = [{ name: 'FORCE_HTTPS', value: 'true' }];
    expect((await answers(deployment({ container: { env } }))).join()).toMatch(/, by a sign in the Pod \(/);
  });

  it('breaks at the link that a finding is about', async () => {
    const rule = async (objects: readonly RawObject[], id: string, ...words: readonly string[]): Promise<unknown> =>
      (await cards(objects, ...words)).flatMap(({ findings }) => findings).find((one) => one.rule === id)?.stage;
    const facts = [...ON, '--complete'];
    expect(await rule([ingress({ class: 'gce', service: 'absent' })], 'backend-service-missing', ...facts)).toBe(
      'service',
    );
    const wild = ingressOf([pathTo('/b/*/c', 'ImplementationSpecific')]);
    expect(await rule([wild, service()], 'path-wildcard-misplaced', ...facts)).toBe('path');
    expect(await rule([ingress({ class: 'gce' })], 'http-load-balancing-disabled', ...OFF)).toBe('ingress');
    const apps = await run(['explain', '--all', '-f', 'examples', ...ON, '-o', 'html']);
    expect(dataOf(apps.out).cards[0]?.findings).toMatchObject([{ rule: 'probe-redirects-to-https', stage: 'health' }]);
  });

  it('says once what the cluster causes, with what it stops', async () => {
    const two = ['a', 'b'].map((name) => ingress({ name, class: 'gce' }));
    const { causes, cards: all } = dataOf(await page(two, ...OFF));
    expect(causes).toMatchObject([
      {
        finding: { rule: 'http-load-balancing-disabled', commands: [expect.stringMatching(/^gcloud /)] },
        stops: ['shop/a', 'shop/b'],
      },
    ]);
    for (const { findings } of all)
      expect(findings.find(({ cause }) => cause === 0)?.rule).toBe('http-load-balancing-disabled');
  });

  it('has the worst first', async () => {
    const objects = [
      ingress({ name: 'a', class: 'gce' }),
      ingress({ name: 'z', class: 'gce', service: 'absent' }),
      service(),
    ];
    expect((await cards(objects, ...ON, '--complete')).map(({ key }) => key)).toEqual(['shop/z', 'shop/a']);
  });
});
