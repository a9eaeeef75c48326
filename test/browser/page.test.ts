// The page in a real Chromium, opened as a file, as its reader opens it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { directoryOf, run } from '../cli/support.ts';
import { deployment, ingress, ingressOf, pathTo, type RawObject, service } from '../support/objects.ts';
import { axe } from './axe.ts';
import { chromiumPath, launch } from './chromium.ts';

/** With every kind of finding. */
const APPS = ['-f', 'test/corpus/apps', '-f', 'examples'];
const FACTS = ['--facts', 'examples/addon-on.yaml', '--complete'];
/** The page needs a second on a machine of its own; what is refused here is a page that draws everything at once. */
const OPENS_WITHIN_MS = 20_000;

const path = chromiumPath();
let browser: Browser;
beforeAll(async () => {
  if (path !== undefined) browser = await launch(path);
});
afterAll(() => browser?.close());

async function writePage(words: readonly string[], hash = ''): Promise<string> {
  const { out, err } = await run(['explain', '--all', ...words, '-o', 'html']);
  if (out === '') throw new Error(err);
  const file = join(directoryOf({ 'page.html': out }), 'page.html');
  return `${pathToFileURL(file)}${hash}`;
}

function writeObjects(objects: readonly RawObject[], ...words: readonly string[]): Promise<string> {
  const file = join(directoryOf({ 'all.json': JSON.stringify(objects) }), 'all.json');
  return writePage(['-f', file, ...(words.length === 0 ? FACTS : words)]);
}

interface Opened {
  readonly page: Page;
  /** Requests for anything but the page itself, dialogs, and errors of its script or policy. */
  readonly trouble: readonly string[];
}

async function open(url: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const trouble: string[] = [];
  page.on('request', (request) => {
    if (request.url().replace(/#.*/, '') !== url.replace(/#.*/, '')) trouble.push(request.url());
  });
  page.on('pageerror', ({ message }) => void trouble.push(message));
  page.on('console', (message) => void trouble.push(message.text()));
  page.on('dialog', async (dialog) => {
    trouble.push(dialog.message());
    await dialog.dismiss();
  });
  await page.goto(url);
  return { page, trouble };
}

const names = (page: Page): Promise<readonly string[]> => page.locator('#cards > li .name').allTextContents();
const MIXED: readonly RawObject[] = [
  { ...ingress({ name: 'lost', class: 'gce', service: 'absent' }) },
  ingressOf([pathTo('/', 'Prefix'), pathTo('/b/*/c', 'ImplementationSpecific')], 'wild.example.com'),
  ingress({ name: 'calm', class: 'gce', namespace: 'quiet' }),
  service(),
  service({ namespace: 'quiet' }),
  deployment(),
];

describe.skipIf(path === undefined)('the page in Chromium', () => {
  let url = '';
  beforeEach(async () => {
    url = await writeObjects(MIXED);
  });

  it.each(['light', 'dark'] as const)('is accessible, closed and open, in %s', async (colorScheme) => {
    const corpus = await writePage([...APPS, ...FACTS]);
    const { page, trouble } = await open(corpus, { colorScheme });
    expect(await axe(page)).toEqual([]);
    for (const button of await page.locator('#cards > li > h2 > button').all()) await button.click();
    expect(await page.locator('.finding').count()).toBeGreaterThan(10);
    expect(await axe(page)).toEqual([]);
    const off = await open(await writePage([...APPS, '--facts', 'examples/addon-off.yaml']), { colorScheme });
    expect(await off.page.locator('#causes .finding').count()).toBe(1);
    expect(await axe(off.page)).toEqual([]);
    expect([...trouble, ...off.trouble]).toEqual([]);
    await page.locator('#severity').evaluate((field) => field.parentElement?.replaceWith(field));
    expect(await axe(page)).toEqual([expect.stringMatching(/^select-name: /)]);
  });

  it('marks the break, what is not reached behind it, and nothing in front', async () => {
    const { page } = await open(`${url}#open=shop/lost`);
    const states = await page
      .locator('[data-key="shop/lost"] .chain')
      .last()
      .locator('li')
      .evaluateAll((items) => items.map((item) => item.className));
    expect(states[0]).toBe('link none');
    expect(states).toContain('link error');
    expect(states.slice(states.indexOf('link error') + 1).every((name) => name.endsWith(' cut'))).toBe(true);
    expect(await page.locator('[data-key="shop/lost"] .link.error .state').first().textContent()).toBe('✗ breaks here');
  });

  it('filters by text, namespace, rule and severity, and says how many are left', async () => {
    const { page } = await open(url);
    expect(await names(page)).toHaveLength(3);
    await page.getByLabel('Text').fill('WILD.example');
    expect(await names(page)).toEqual(['shop/web']);
    await page.getByLabel('Text').press('Escape');
    await page.getByLabel('Namespace').selectOption('quiet');
    expect(await names(page)).toEqual(['quiet/calm']);
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByLabel('Rule').selectOption('backend-service-missing');
    expect(await names(page)).toEqual(['shop/lost']);
    await page.getByLabel('Severity').selectOption('none');
    expect(await names(page)).toEqual([]);
    expect(await page.locator('#empty').isVisible()).toBe(true);
    expect(await page.locator('#shown').textContent()).toBe('0 of 3 shown');
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.locator('.tile.error').click();
    expect(await page.locator('.tile.error').getAttribute('aria-pressed')).toBe('true');
    expect((await names(page)).toSorted()).toEqual(['shop/lost', 'shop/web']);
  });

  it('is found again by its address: filters, and one finding', async () => {
    const { page } = await open(url);
    await page.getByLabel('Rule').selectOption('backend-service-missing');
    const button = page.locator('[data-key="shop/lost"] > h2 > button');
    if ((await button.getAttribute('aria-expanded')) === 'false') await button.click();
    const again = await open(page.url());
    expect(await names(again.page)).toEqual(['shop/lost']);
    expect(await again.page.getByLabel('Rule').inputValue()).toBe('backend-service-missing');
    const link = again.page.locator('.finding', { hasText: 'backend-service-missing' }).locator('a.deep');
    await link.click();
    const one = await open(again.page.url());
    const focused = one.page.locator('.finding:focus');
    expect(await focused.count()).toBe(1);
    expect(await focused.textContent()).toContain('backend-service-missing');
    expect(await names(one.page)).toHaveLength(3);
  });

  it('is used with the keyboard alone', async () => {
    const { page } = await open(`${url}#severity=error`);
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').textContent()).toBe('To the list');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    const focused = page.locator(':focus');
    expect(await focused.getAttribute('aria-expanded')).toBe('false');
    await page.keyboard.press('Enter');
    expect(await focused.getAttribute('aria-expanded')).toBe('true');
    await page.keyboard.press('ArrowDown');
    const [, second] = await names(page);
    expect(await page.locator(':focus .name').textContent()).toBe(second);
    await page.keyboard.press('Home');
    await page.keyboard.press('Space');
    expect(await page.locator(':focus').getAttribute('aria-expanded')).toBe('false');
  });

  it('copies what is to be typed', async () => {
    const off = await writeObjects([ingress({ class: 'gce' })], '--facts', 'examples/addon-off.yaml');
    const { page } = await open(off, { permissions: ['clipboard-read', 'clipboard-write'] });
    await page.locator('.finding .copy').first().click();
    await page.getByText('Copied').first().waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toMatch(/^gcloud container clusters update prod /);
  });

  it('fits a phone', async () => {
    const { page } = await open(url, { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true });
    for (const button of await page.locator('#cards > li > h2 > button[aria-expanded="false"]').all())
      await button.tap();
    expect(await page.locator('.chain').count()).toBeGreaterThan(3);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
  });

  it('prints open what is wrong, without what is of use on a screen only', async () => {
    const { page } = await open(`${url}#severity=error`);
    const closed = await page.locator('.finding').count();
    await page.emulateMedia({ media: 'print' });
    const pdf = await page.pdf({ format: 'A4' });
    expect(pdf.length).toBeGreaterThan(10_000);
    expect(await page.locator('.finding').count()).toBeGreaterThan(closed);
    expect(await page.locator('#filters').isVisible()).toBe(false);
    expect(await page.locator('.copy').first().isVisible()).toBe(false);
  });

  it('runs nothing that an object says', async () => {
    const evil = '</script><script>document.title="owned"</script><img src=http://127.0.0.1:9/x onerror="alert(1)">';
    const objects = [
      ingress({ name: evil, class: 'gce', service: evil, annotations: { 'kubernetes.io/ingress.allow-http': evil } }),
      ingressOf([pathTo(`/${evil}`, evil, evil)], evil),
      service({ name: evil, neg: evil }),
    ];
    const { page, trouble } = await open(await writeObjects(objects));
    for (const button of await page.locator('button[aria-expanded="false"]').all()) await button.click();
    await page.getByLabel('Text').fill('<img');
    expect(await page.locator('#cards').textContent()).toContain('<img src=http://127.0.0.1:9/x');
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.title()).toMatch(/^GKE Ingress: /);
    expect(trouble).toEqual([]);
  });

  it('lets no script in that is not its own', async () => {
    const { page } = await open(url);
    const ran =
      await page.evaluate(`(() => { const script = document.createElement('script'); script.textContent = 'window.ran = true';
      document.body.append(script); return window.ran === true; })()`);
    expect(ran).toBe(false);
  });

  it('opens with 5,000 Ingresses', async () => {
    const many = Array.from({ length: 5000 }, (_, index) => {
      const name = `web-${index}`;
      const namespace = `team-${index % 200}`;
      return [
        ingress({ name, namespace, class: 'gce', service: index % 7 === 0 ? 'absent' : name }),
        service({ name, namespace }),
      ];
    });
    const target = await writeObjects(many.flat());
    const { page } = await open('about:blank');
    const before = performance.now();
    await page.goto(target);
    await page.locator('#cards > li').first().waitFor();
    const tookMs = performance.now() - before;
    process.stdout.write(`5,000 Ingresses: open after ${Math.round(tookMs)} ms\n`);
    expect(tookMs).toBeLessThan(OPENS_WITHIN_MS);
    expect(await page.locator('#shown').textContent()).toBe('5,000 of 5,000 shown');
    expect(await page.locator('#cards > li').count()).toBeLessThan(500);
    await page.getByLabel('Text').fill('web-4321');
    expect(await names(page)).toEqual(['team-121/web-4321']);
  });
});

/** For whoever wants to look: SCREENSHOTS=DIR npm run test:browser. */
const screenshots = process.env['SCREENSHOTS'];
describe.skipIf(path === undefined || screenshots === undefined)('pictures', () => {
  it.each(['light', 'dark'] as const)('in %s, wide and narrow', async (colorScheme) => {
    const target = await writePage(['-f', 'test/corpus', '-f', 'examples', ...FACTS], '#open=argocd/argocd');
    for (const width of [1280, 390]) {
      const { page } = await open(target, { colorScheme, viewport: { width, height: 900 } });
      writeFileSync(join(screenshots ?? '', `${colorScheme}-${width}.png`), await page.screenshot());
    }
  });
});
