// `npm run site`: the documentation site in site/dist, from the Markdown of this repository. It installs what it needs into
// site/node_modules, which the project's own `npm ci` leaves alone.
import { existsSync, rmSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { checkBuiltLinks } from './site/built-links.ts';
import { brokenLinks } from './site/links.ts';
import { readPages } from './site/pages.ts';
import { runIn } from './site/run.ts';
import { searchEntries } from './site/search-entries.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const SITE = fileURLToPath(new URL('../site/', import.meta.url));

const pages = readPages(ROOT);
const broken = brokenLinks(pages, (path) => existsSync(`${ROOT}/${path}`));
if (broken.length > 0) throw new Error(`links that lead nowhere:\n${broken.join('\n')}`);
const installed = `${SITE}/node_modules/.package-lock.json`;
const isInstalled =
  existsSync(installed) && statSync(installed).mtimeMs >= statSync(`${SITE}/package-lock.json`).mtimeMs;
if (!isInstalled) runIn(SITE, 'npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts']);
rmSync(`${SITE}/dist`, { recursive: true, force: true });
const eleventy = 'node_modules/@11ty/eleventy/cmd.cjs';
// Node's own removal of types is marked as experimental, and is what the html report is made with, too.
runIn(SITE, process.execPath, [
  '--disable-warning=ExperimentalWarning',
  eleventy,
  '--config=eleventy.config.ts',
  '--quiet',
]);
const addresses = searchEntries(pages).map(({ address }) => address);
checkBuiltLinks(`${SITE}/dist`, addresses);
process.stdout.write(`${pages.length} pages: open site/dist/index.html\n`);
