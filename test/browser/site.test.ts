// The documentation site in a real Chromium: from a server, as people read it, and from a disk.
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { runIn } from '../../scripts/site/run.ts';
import { axe } from './axe.ts';
import { chromiumPath, launch } from './chromium.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const DIST = new URL('../../site/dist/', import.meta.url);
const RULE = 'rules/probe-redirects-to-https.html';
/** One of each kind: prose, a rule, wide tables, long code, a list, a file, figures. */
const PAGES = ['index.html', RULE, 'rules/index.html', 'coverage.html', 'formats.html', 'adr/index.html'];
const MORE = [
  'source/policies/apps/vault.yaml.html',
  'performance.html',
  'comparison.html',
  'errors.html',
  'bench/results.html',
];
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

const path = chromiumPath();
let browser: Browser;
let server: Server;
let address = '';

/** Below a path, as at a host that serves other sites too. */
const BELOW = '/guard/docs/';

beforeAll(async () => {
  if (path === undefined) return;
  runIn(ROOT, process.execPath, ['scripts/site.ts']);
  server = createServer((request, response) => {
    const name = new URL(request.url ?? '', 'http://site').pathname;
    try {
      const body = name.startsWith(BELOW) ? readFileSync(new URL(name.slice(BELOW.length), DIST)) : undefined;
      response.writeHead(body === undefined ? 404 : 200, { 'content-type': TYPES[extname(name)] ?? 'text/plain' });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}${BELOW}`;
  browser = await launch(path);
});
afterAll(async () => {
  await browser?.close();
  server?.close();
});

interface Opened {
  readonly page: Page;
  /** Requests that go elsewhere or fail, and whatever the console says. */
  readonly trouble: readonly string[];
}

async function open(url: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const trouble: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(address) && !request.url().startsWith(DIST.href)) trouble.push(request.url());
  });
  page.on('response', (response) => {
    if (response.status() >= 400) trouble.push(`${response.status()} ${response.url()}`);
  });
  page.on('pageerror', ({ message }) => void trouble.push(message));
  page.on('console', (message) => void trouble.push(message.text()));
  await page.goto(url);
  return { page, trouble };
}

const PHONE = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
const background = (page: Page): Promise<unknown> => page.evaluate('getComputedStyle(document.body).backgroundColor');
const DARK = 'rgb(20, 23, 27)';

describe.skipIf(path === undefined)('the documentation site in Chromium', () => {
  it.each([...PAGES, ...MORE])('is accessible, quiet and within the screen: %s', async (name) => {
    for (const options of [{}, { colorScheme: 'dark' }, PHONE, { ...PHONE, colorScheme: 'dark' }] as const) {
      const { page, trouble } = await open(address + name, options);
      expect(await axe(page)).toEqual([]);
      const width = page.viewportSize()?.width;
      expect(await page.evaluate('document.documentElement.scrollWidth'), `${name} at ${width}`).toBe(width);
      expect(trouble).toEqual([]);
    }
  });

  it('is seen by the check of accessibility', async () => {
    const { page } = await open(address + RULE);
    await page.locator('label[for=query]').evaluate((label) => label.remove());
    await page.locator('#query').evaluate((field) => field.removeAttribute('placeholder'));
    expect(await axe(page)).toEqual([expect.stringMatching(/^label: /)]);
  });

  it.each([
    ['the id of a rule', 'probe-redirects-to-https', 'probe-redirects-to-https'],
    ['what somebody saw', 'app redirects to HTTPS unhealthy', 'probe-redirects-to-https'],
    ['the beginning of words', 'workload ident', 'Give it access to the GKE API'],
    ['a word with a slip', 'exemtion', 'Exemptions'],
  ])('finds a page by %s', async (_, words, title) => {
    const { page, trouble } = await open(`${address}rules/index.html`);
    await page.keyboard.press('/');
    await page.keyboard.type(words);
    const first = page.locator('#results li a').first();
    await first.waitFor();
    expect(await page.locator('#results li strong').allTextContents()).toContainEqual(expect.stringContaining(title));
    expect(await axe(page)).toEqual([]);
    await page.keyboard.press('ArrowDown');
    expect(await first.evaluate((link) => link.matches(':focus'))).toBe(true);
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.pathname !== `${BELOW}rules/index.html`);
    expect(trouble).toEqual([]);
  });

  it('finds nothing where there is nothing, and Escape ends it', async () => {
    const { page } = await open(`${address}index.html`);
    await page.getByLabel('Search').fill('qqqqqqqq');
    await page.getByText('Nothing found.').waitFor();
    await page.keyboard.press('Escape');
    expect(await page.locator('#results').isVisible()).toBe(false);
  });

  it('follows the colours of the system, and what is chosen stays', async () => {
    const { page } = await open(`${address}index.html`, { colorScheme: 'dark' });
    expect(await background(page)).toBe(DARK);
    await page.getByRole('button', { name: 'Light' }).click();
    expect(await background(page)).toBe('rgb(255, 255, 255)');
    await page.goto(address + RULE);
    expect(await background(page)).toBe('rgb(255, 255, 255)');
    await page.getByRole('button', { name: 'Dark' }).click();
    expect(await background(page)).toBe(DARK);
  });

  it('has its menu beside the text, and on a phone behind a button', async () => {
    const wide = await open(address + RULE);
    expect(await wide.page.locator('#menu').isVisible()).toBe(true);
    const { page, trouble } = await open(address + RULE, PHONE);
    expect(await page.locator('#menu').isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Menu' }).tap();
    expect(await axe(page)).toEqual([]);
    await page.locator('#menu').getByText('cluster-ip-without-neg', { exact: true }).tap();
    await page.waitForURL(`${address}rules/cluster-ip-without-neg.html`);
    expect(await page.locator('h1').textContent()).toBe('cluster-ip-without-neg');
    expect(trouble).toEqual([]);
  });

  it('is read from a disk too, with its search', async () => {
    const { page, trouble } = await open(pathToFileURL(fileURLToPath(new URL(RULE, DIST))).href);
    await page.getByLabel('Search').fill('shutdown drain');
    await page.locator('#results li a').first().click();
    await page.waitForURL(/\/site\/dist\/(?!rules\/probe-redirects)/);
    expect(trouble).toEqual([]);
  });

  it('is read without script', async () => {
    const { page } = await open(address + RULE, { javaScriptEnabled: false });
    expect(await page.locator('search').isVisible()).toBe(false);
    await page.getByRole('link', { name: 'Install', exact: true }).click();
    await page.waitForURL(`${address}install.html`);
  });
});
